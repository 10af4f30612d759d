package dev.reins.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.RunId;
import dev.reins.contracts.run.Continuation.Position;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepRequest;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final Execution EXECUTION = new Execution(new RunId("run-1"), "execution-1", false, null);
    private static final CallOutline ECHO = call("echo");
    private static final CallOutline DELAY = call("delay");
    private static final CallOutline BESIDE =
            new CallOutline("echo", Category.DEFAULT, 30_000, true, true, false, null);

    @Test
    void aPlanIsReadBeforeItsFirstStep() {
        assertThat(planned(1, 1, 2).next()).isEqualTo(new Next.ReadPlan(1));
    }

    @Test
    void aPlannedStepFollowsTheOther() {
        Course course = planned(1, 1, 2).withPage(List.of(ECHO, DELAY));
        assertThat(course.next()).isEqualTo(new Next.Perform(StepRequest.planned(EXECUTION, 1, "echo", 1), ECHO));
        course = course.completed(result(false));
        assertThat(course.next()).isEqualTo(new Next.Perform(StepRequest.planned(EXECUTION, 2, "delay", 2), DELAY));
        assertThat(course.passed().next()).isEqualTo(new Next.Complete());
    }

    @Test
    void thePlanIsReadOnFromWhereThePageEnds() {
        Course course = planned(7, 4, 9).withPage(List.of(ECHO)).passed();
        assertThat(course.next()).isEqualTo(new Next.ReadPlan(5));
    }

    @Test
    void aPlanThatEndsBeforeItsLengthIsComplete() {
        assertThat(planned(3, 3, 9).withPage(List.of()).next()).isEqualTo(new Next.Complete());
    }

    @Test
    void aPlannedRunCanBeHandedOverAnywhere() {
        assertThat(planned(7, 4, 9).handover()).contains(new Position(7, 4));
    }

    @Test
    void anAgenticRunBeginsWithAModelTurn() {
        assertThat(agentic().next()).isEqualTo(new Next.Perform(StepRequest.modelTurn(EXECUTION, 1), null));
    }

    @Test
    void aTurnsCallsAreMadeSideBySideAndThenTheModelIsAskedAgain() {
        Course course = agentic().completed(result(false, ECHO, DELAY));
        assertThat(course.next())
                .isEqualTo(new Next.SideBySide(List.of(
                        new Next.Perform(StepRequest.toolCall(EXECUTION, 2, "echo", 1, 0), ECHO),
                        new Next.Perform(StepRequest.toolCall(EXECUTION, 3, "delay", 1, 1), DELAY))));
        course = course.completed(result(false));
        assertThat(course.next()).isEqualTo(new Next.Perform(StepRequest.toolCall(EXECUTION, 3, "delay", 1, 1), DELAY));
        course = course.passed();
        assertThat(course.next()).isEqualTo(new Next.Perform(StepRequest.modelTurn(EXECUTION, 4), null));
    }

    @Test
    void anAgenticRunIsCompleteOnceTheModelIsDone() {
        assertThat(agentic().completed(result(true)).next()).isEqualTo(new Next.Complete());
    }

    @Test
    void aSkippedTurnIsFollowedByAnother() {
        assertThat(agentic().passed().next()).isEqualTo(new Next.Perform(StepRequest.modelTurn(EXECUTION, 2), null));
    }

    @Test
    void anAgenticRunIsHandedOverBetweenTurnsOnly() {
        assertThat(agentic().handover()).contains(new Position(1, 0));
        Course amid = agentic().completed(result(false, ECHO));
        assertThat(amid.handover()).isEmpty();
        assertThat(amid.completed(result(false)).handover()).contains(new Position(3, 0));
        assertThat(agentic().completed(result(true)).handover()).isEmpty();
    }

    @Test
    void ofManyCallsSixteenAreMadeAtOnce() {
        CallOutline[] calls = Collections.nCopies(20, ECHO).toArray(CallOutline[]::new);
        Course course = agentic().completed(result(false, calls));
        assertThat(numbers(course)).containsExactlyElementsOf(range(2, 17));
        for (int i = 0; i < 16; i++) {
            course = course.completed(result(false));
        }
        assertThat(numbers(course)).containsExactlyElementsOf(range(18, 21));
    }

    @Test
    void neighboursThatAreMarkedSoRunSideBySide() {
        Course course = planned(1, 1, 5).withPage(List.of(ECHO, BESIDE, BESIDE, BESIDE, ECHO));
        assertThat(numbers(course)).containsExactly(1);
        course = course.passed();
        assertThat(numbers(course)).containsExactly(2, 3, 4);
        course = course.completed(result(false));
        assertThat(numbers(course)).containsExactly(3, 4);
        course = course.passed();
        assertThat(numbers(course)).containsExactly(4);
        assertThat(numbers(course.passed())).containsExactly(5);
    }

    @Test
    void aStepThatIsMarkedAndHasNoSuchNeighbourIsPerformedByItself() {
        Course course = planned(1, 1, 3).withPage(List.of(BESIDE, ECHO, BESIDE));
        assertThat(numbers(course)).containsExactly(1);
        assertThat(numbers(course.passed().passed())).containsExactly(3);
    }

    @Test
    void ofALongRowInAPlanSixteenRunAtOnceAndNoMoreThanWereRead() {
        Course course = planned(1, 1, 100).withPage(Collections.nCopies(18, BESIDE));
        assertThat(numbers(course)).containsExactlyElementsOf(range(1, 16));
        for (int i = 0; i < 16; i++) {
            course = course.passed();
        }
        assertThat(numbers(course)).containsExactly(17, 18);
    }

    private static List<Integer> numbers(Course course) {
        return switch (course.next()) {
            case Next.Perform step -> List.of(step.number());
            case Next.SideBySide together ->
                together.steps().stream().map(Next.Perform::number).toList();
            case Next.ReadPlan read -> List.of();
            case Next.Complete complete -> List.of();
        };
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    private static Course.Planned planned(int nextStep, int nextPlanIndex, int length) {
        return new Course.Planned(EXECUTION, nextStep, nextPlanIndex, length, List.of(), 1);
    }

    private static Course agentic() {
        return new Course.Agentic(EXECUTION, 1, 0, List.of(), 0, false);
    }

    private static CallOutline call(String tool) {
        return new CallOutline(tool, Category.DEFAULT, 30_000, true, false, false, null);
    }

    private static StepCompleted result(boolean done, CallOutline... calls) {
        return new StepCompleted(1, 0, 0, 0, 0, null, List.of(calls), done, 0, 0);
    }
}
