package dev.reins.workflows;

import dev.reins.contracts.RunKind;
import dev.reins.contracts.run.Continuation.Position;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Where a run is among its steps. Immutable: what happened to a step gives the next course, and that decides what is next. */
sealed interface Course {
    static Course of(Execution execution, Begun begun) {
        return begun.kind() == RunKind.PLANNED
                ? new Planned(execution, begun.nextStep(), begun.nextPlanIndex(), begun.planLength(), List.of(), 1)
                : new Agentic(execution, begun.nextStep(), 0, List.of(), 0, false);
    }

    Next next();

    /** The course after the step that {@link #next} named, or named first, was completed. */
    Course completed(StepCompleted result);

    /** The course after the step that {@link #next} named, or named first, came to nothing, and the run goes on all the same. */
    Course passed();

    /** Where another execution can take over from here; empty within a model turn, whose calls only this one knows. */
    Optional<Position> handover();

    /**
     * Where another execution takes over where there is no {@link #handover}: at the model turn itself, which the journal
     * repeats with those of its calls that it has. That is at most a turn's steps that are asked for again.
     */
    Position turnedBack();

    /**
     * @param nextStep the number of the next step, from 1
     * @param nextPlanIndex the plan step it performs, from 1
     * @param page a part of the plan
     * @param pageStart the plan index of the page's first outline
     */
    record Planned(
            Execution execution, int nextStep, int nextPlanIndex, int planLength, List<CallOutline> page, int pageStart)
            implements Course {

        @Override
        public Next next() {
            if (nextPlanIndex > planLength) {
                return new Next.Complete();
            }
            int index = nextPlanIndex - pageStart;
            if (index < 0 || index >= page.size()) {
                return new Next.ReadPlan(nextPlanIndex);
            }
            return Next.of(
                    IntStream.range(0, width(index)).mapToObj(this::perform).toList());
        }

        /** How many steps from there on, of those that were read, run side by side: neighbours that are marked so. */
        private int width(int index) {
            int most = Math.min(RunBookkeeping.WIDEST, page.size() - index);
            int width = 1;
            while (width < most
                    && page.get(index).parallel()
                    && page.get(index + width).parallel()) {
                width++;
            }
            return width;
        }

        private Next.Perform perform(int ahead) {
            int planIndex = nextPlanIndex + ahead;
            CallOutline call = page.get(planIndex - pageStart);
            return new Next.Perform(StepRequest.planned(execution, nextStep + ahead, call.tool(), planIndex), call);
        }

        /** The same place in the plan, with the outlines that were read from there. */
        Planned withPage(List<CallOutline> outlines) {
            int length = outlines.isEmpty() ? nextPlanIndex - 1 : planLength;
            return new Planned(execution, nextStep, nextPlanIndex, length, List.copyOf(outlines), nextPlanIndex);
        }

        @Override
        public Course completed(StepCompleted result) {
            return passed();
        }

        @Override
        public Planned passed() {
            return new Planned(execution, nextStep + 1, nextPlanIndex + 1, planLength, page, pageStart);
        }

        @Override
        public Optional<Position> handover() {
            return Optional.of(turnedBack());
        }

        @Override
        public Position turnedBack() {
            return new Position(nextStep, nextPlanIndex);
        }
    }

    /**
     * @param turnStep the step number of the latest model turn, 0 before the first
     * @param calls what that turn asked for
     * @param nextCall the index of the next of these calls, from 0
     * @param done whether that turn asked for nothing more
     */
    record Agentic(Execution execution, int nextStep, int turnStep, List<CallOutline> calls, int nextCall, boolean done)
            implements Course {

        @Override
        public Next next() {
            if (hasCallsLeft()) {
                int width = Math.min(RunBookkeeping.WIDEST, calls.size() - nextCall);
                return Next.of(IntStream.range(0, width).mapToObj(this::perform).toList());
            }
            return done ? new Next.Complete() : new Next.Perform(StepRequest.modelTurn(execution, nextStep), null);
        }

        private Next.Perform perform(int ahead) {
            int index = nextCall + ahead;
            CallOutline call = calls.get(index);
            return new Next.Perform(
                    StepRequest.toolCall(execution, nextStep + ahead, call.tool(), turnStep, index), call);
        }

        @Override
        public Agentic completed(StepCompleted result) {
            return hasCallsLeft()
                    ? passed()
                    : new Agentic(execution, nextStep + 1, nextStep, result.calls(), 0, result.done());
        }

        @Override
        public Agentic passed() {
            return hasCallsLeft()
                    ? new Agentic(execution, nextStep + 1, turnStep, calls, nextCall + 1, done)
                    : new Agentic(execution, nextStep + 1, turnStep, List.of(), 0, done);
        }

        @Override
        public Optional<Position> handover() {
            return isWithinTurn() ? Optional.empty() : Optional.of(turnedBack());
        }

        @Override
        public Position turnedBack() {
            return new Position(isWithinTurn() ? turnStep : nextStep, 0);
        }

        private boolean isWithinTurn() {
            return hasCallsLeft() || done;
        }

        private boolean hasCallsLeft() {
            return nextCall < calls.size();
        }
    }
}
