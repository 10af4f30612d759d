package dev.reins.api.run;

import dev.reins.contracts.Door;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Verb;
import dev.reins.store.control.ControlRequest;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunView;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Pause, resume and cancel, by whichever path they are asked for. */
@Component
final class Verbs {
    private final RunControls controls;
    private final Control control;

    Verbs(RunControls controls, Control control) {
        this.controls = controls;
        this.control = control;
    }

    ResponseEntity<byte[]> perform(Verb verb, RunView run, Said said, Asked asked) {
        var request = new ControlRequest(
                newReceiptId(),
                new RunId(run.id()),
                verb,
                Door.REST,
                asked.caller().name(),
                said.reason(),
                said.extendSteps(),
                said.extendCredits(),
                asked.caller().isAdmin());
        return control.perform(asked, request.runId(), () -> controls.request(request));
    }

    static String newReceiptId() {
        return "rct-" + UUID.randomUUID();
    }
}
