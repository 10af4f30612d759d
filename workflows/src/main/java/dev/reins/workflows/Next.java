package dev.reins.workflows;

import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.StepRequest;
import java.util.List;
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

    /**
     * Ask for these steps together and have them run side by side.
     *
     * @param steps at least two, with consecutive numbers
     */
    record SideBySide(List<Perform> steps) implements Next {
        public SideBySide {
            steps = List.copyOf(steps);
        }

        Perform first() {
            return steps.getFirst();
        }

        List<StepRequest> requests() {
            return steps.stream().map(Perform::request).toList();
        }
    }

    /** One step by itself, more of them side by side. */
    static Next of(List<Perform> steps) {
        return steps.size() == 1 ? steps.getFirst() : new SideBySide(steps);
    }

    /** Nothing is left to do: the run is completed. */
    record Complete() implements Next {}
}
