package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Body;
import dev.reins.api.web.Onces;
import dev.reins.api.web.Query;
import dev.reins.contracts.Door;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Verb;
import dev.reins.store.control.ControlRequest;
import dev.reins.store.control.RunControls;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Pause, resume and cancel, by whichever path they are asked for. */
@Component
final class Verbs {
    private static final int LONGEST_WAIT_SECONDS = 30;

    private final RunControls controls;
    private final Control control;
    private final Onces onces;

    Verbs(RunControls controls, Control control, Onces onces) {
        this.controls = controls;
        this.control = control;
        this.onces = onces;
    }

    /** One request as it came. */
    record Asked(Caller caller, Body body, @Nullable String waitSeconds, HttpServletRequest request) {
        Duration waiting() {
            return Duration.ofSeconds(Query.number("wait", waitSeconds, 0, LONGEST_WAIT_SECONDS, 0));
        }
    }

    ResponseEntity<byte[]> perform(Verb verb, RunId runId, Said said, Asked asked) {
        var request = new ControlRequest(
                newReceiptId(),
                runId,
                verb,
                Door.REST,
                asked.caller().name(),
                said.reason(),
                said.extendSteps(),
                said.extendCredits(),
                asked.caller().isAdmin());
        var once = onces.of(asked.request(), asked.body(), asked.caller().keyId());
        return control.perform(once, runId, asked.waiting(), () -> controls.request(request))
                .toResponse();
    }

    static String newReceiptId() {
        return "rct-" + UUID.randomUUID();
    }
}
