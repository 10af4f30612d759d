package dev.reins.workflows;

import dev.reins.contracts.run.CallOutline;
import dev.reins.contracts.step.StepRequest;
import org.jspecify.annotations.Nullable;

/** What a run does next, as its {@link Course} says. */
sealed interface Next {

    /** Read the plan's outlines from this plan index on. */
    record ReadPlan(int fromPlanIndex) implements Next {}

    /**
     * Ask for this step.
     *
     * @param call the tool call; null for a model turn
     */
    record Perform(StepRequest request, @Nullable CallOutline call) implements Next {
        int number() {
            return request.stepNumber();
        }

        boolean isPlanned() {
            return request.planIndex() != null;
        }
    }

    /** Nothing is left to do: the run is completed. */
    record Complete() implements Next {}
}
