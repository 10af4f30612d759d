package dev.reins.store.admission;

import dev.reins.contracts.step.Execution;
import dev.reins.store.StoredJson;
import dev.reins.store.journal.CallDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Calls as the database reads them where one statement makes several: by the names of the journal's columns. */
final class CallsAsJson {
    private CallsAsJson() {}

    static ObjectNode of(AccountCall call) {
        return switch (call) {
            case AdmissionRequest request -> admission(request);
            case StepOutcome outcome -> record(outcome);
        };
    }

    private static ObjectNode admission(AdmissionRequest request) {
        byte[] callDigest = CallDigest.ofCall(request.tool(), request.input());
        return ofStep(request.execution(), request.stepNumber(), request.token())
                .put("kind", request.kind().wire())
                .put("tool", request.tool())
                .put("category", request.category().wire())
                .put("digest", bytea(CallDigest.ofRequest(callDigest, request.estimate())))
                .put("call_digest", bytea(callDigest))
                .put("estimate", request.estimate())
                .put("idempotent", request.idempotent())
                .put("repeatable", request.repeatable())
                .put("queued_us", request.queuedMs() * 1000)
                .set("input", request.written());
    }

    private static ObjectNode record(StepOutcome outcome) {
        JsonNode output = outcome.output();
        ObjectNode record = ofStep(outcome.execution(), outcome.stepNumber(), outcome.token())
                .put("status", outcome.status().wire())
                .put("output_digest", output == null ? null : bytea(CallDigest.ofOutput(output)))
                .put("error_message", outcome.errorMessage())
                .put("reported", outcome.reportedCredits())
                .put("input_tokens", outcome.inputTokens())
                .put("output_tokens", outcome.outputTokens())
                .put("lane", outcome.lane().wire())
                .set("messages", StoredJson.tree(outcome.messages()));
        return output == null ? record : record.set("output", outcome.written());
    }

    private static ObjectNode ofStep(Execution execution, int stepNumber, @Nullable Object token) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("run_id", execution.runId().value())
                .put("execution_id", execution.executionId())
                .put("reset", execution.reset())
                .put("step_number", stepNumber)
                .put("claim_token", token == null ? null : token.toString());
    }

    private static String bytea(byte[] bytes) {
        return "\\x" + HexFormat.of().formatHex(bytes);
    }
}
