package dev.reins.activities.step;

import dev.reins.activities.model.ModelCall;
import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.Tool;
import dev.reins.contracts.Category;
import dev.reins.contracts.StepKind;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.admission.AdmissionRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a step contains, ready for admission. */
sealed interface Step {

    /** @param token null: the step is only to be admitted */
    AdmissionRequest admission(StepRequest request, @Nullable UUID token, long queuedMs);

    Category category();

    /** The credits it may use at most. */
    long estimate();

    /**
     * A tool call.
     *
     * @param estimate the tool's, or the plan's if that is more
     * @param callId the model's id of the call; null for a planned step
     */
    record ToolStep(
            Tool tool,
            JsonNode input,
            CallTraits traits,
            long estimate,
            @Nullable String callId) implements Step {
        @Override
        public Category category() {
            return tool.spec().category();
        }

        @Override
        public AdmissionRequest admission(StepRequest request, @Nullable UUID token, long queuedMs) {
            return new AdmissionRequest(
                    request.execution(),
                    request.stepNumber(),
                    StepKind.TOOL,
                    tool.spec().name(),
                    category(),
                    input,
                    request.followsItsTurn(),
                    estimate,
                    traits.isHarmlessToRepeat(),
                    tool.spec().repeatable(),
                    token,
                    queuedMs);
        }
    }

    /**
     * A tool call that cannot be made: no such tool, an input that its schema refuses or that it breaks over, a reference to
     * nothing. It passes the guards like every other, so that a model that asks for it again and again is stopped, and costs
     * nothing.
     */
    record FaultyStep(
            String tool,
            Category category,
            JsonNode input,
            String fault,
            @Nullable String callId) implements Step {
        @Override
        public long estimate() {
            return 0;
        }

        @Override
        public AdmissionRequest admission(StepRequest request, @Nullable UUID token, long queuedMs) {
            return new AdmissionRequest(
                    request.execution(),
                    request.stepNumber(),
                    StepKind.TOOL,
                    tool,
                    category,
                    input,
                    request.followsItsTurn(),
                    estimate(),
                    true,
                    false,
                    token,
                    queuedMs);
        }
    }

    record ModelStep(String provider, ModelCall call, long estimate) implements Step {
        @Override
        public Category category() {
            return Category.AI;
        }

        @Override
        public AdmissionRequest admission(StepRequest request, @Nullable UUID token, long queuedMs) {
            return new AdmissionRequest(
                    request.execution(),
                    request.stepNumber(),
                    StepKind.MODEL,
                    StepRequest.MODEL_TURN,
                    category(),
                    JsonNodeFactory.instance.objectNode(),
                    false,
                    estimate,
                    true,
                    false,
                    token,
                    queuedMs);
        }
    }
}
