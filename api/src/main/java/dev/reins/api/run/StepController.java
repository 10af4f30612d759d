package dev.reins.api.run;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunId;
import dev.reins.store.StrictJson;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunView;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What a person says of a step that could not say it itself. */
@RestController
final class StepController {
    private static final Pattern STEP_NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final StrictJson json;
    private final RunControls controls;
    private final Control control;

    StepController(StrictJson json, RunControls controls, Control control) {
        this.json = json;
        this.controls = controls;
        this.control = control;
    }

    private record Resolution(
            ResolveOutcome outcome, @Nullable JsonNode output) {
        @Nullable
        JsonNode given() {
            if (output == null || output.isNull()) {
                return null;
            }
            if (outcome != ResolveOutcome.HAPPENED) {
                throw RequestRejected.invalid("/output", "Only a step that happened has an output");
            }
            return output;
        }
    }

    @PostMapping(
            path = "/api/projects/{projectId}/agent-runs/{runId}/steps/{step}/resolve",
            produces = "application/json")
    ResponseEntity<byte[]> resolve(RunView run, @PathVariable String step, Asked asked) {
        int stepNumber = number(step);
        var resolution = json.read(asked.body().bytes(), Resolution.class);
        JsonNode output = resolution.given();
        String by = asked.caller().name();
        var runId = new RunId(run.id());
        return control.perform(
                asked,
                runId,
                () -> controls.resolve(Verbs.newReceiptId(), runId, stepNumber, resolution.outcome(), output, by));
    }

    private static int number(String step) {
        if (!STEP_NUMBER.matcher(step).matches()) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "The run has no such step");
        }
        return Integer.parseInt(step);
    }
}
