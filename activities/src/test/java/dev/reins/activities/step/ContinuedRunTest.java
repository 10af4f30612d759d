package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.Door;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.control.ControlRequest;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunViews.MessageView;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the steps of a run see that continues another. */
class ContinuedRunTest {
    private static final String PLAN = """
            [{'tool': 'echo', 'description': 'd', 'params': {'value': 'first'}},
             {'tool': 'test.safe', 'description': 'd', 'params': {}},
             {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 1, 'pointer': '/value'}}}},
             {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 2, 'pointer': '/n'}}}}]""";
    private static final String SCRIPT = """
            turns:
              - text: I ask twice.
                calls: [{tool: echo, arguments: {value: one}}, {tool: echo, arguments: {value: two}}]
              - text: Second turn.
              - text: Third turn.
            """;
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);

    private static final Workbench BENCH = new Workbench(SAFE, ONCE);

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private static StepCompleted planned(Execution run, int step, int index, String tool) {
        return BENCH.perform(StepRequest.planned(run, step, tool, index));
    }

    private static StepNotDone notDone(Execution run, int step, int index, String tool) {
        return Workbench.notDone(() -> planned(run, step, index, tool));
    }

    private static StepCompleted turn(Execution run, int step) {
        return BENCH.perform(StepRequest.modelTurn(run, step));
    }

    private static Execution agent() {
        BENCH.script("test", SCRIPT);
        return BENCH.agent("scripted", "test", "Be good.", "echo");
    }

    /** As the wire shows them. */
    private static List<String> conversation(Execution run) {
        return BENCH.views.messages(run.runId(), 100, null).items().stream()
                .map(message ->
                        message.role() + ": " + message.content().path("text").asString())
                .toList();
    }

    @Test
    void planGoesOnWithTheStepThatWasNotCompletedUnderTheNextNumber() {
        Execution first = BENCH.plan(PLAN);
        planned(first, 1, 1, "echo");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        assertThat(notDone(first, 2, 2, "test.safe").kind()).isEqualTo(StepNotDone.Kind.FAILED);

        Execution second = BENCH.continued(first, "{}");
        Begun begun = BENCH.begun(second);

        assertThat(begun.nextStep()).isEqualTo(3);
        assertThat(begun.nextPlanIndex()).isEqualTo(2);
        assertThat(begun.planLength()).isEqualTo(4);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        SAFE.keys.clear();
        planned(second, 3, 2, "test.safe");
        planned(second, 4, 3, "echo");
        planned(second, 5, 4, "echo");
        assertThat(SAFE.keys).containsExactly(second.runId() + "/3");
        assertThat(BENCH.ofStep(second, 4, "output ->> 'value'")).isEqualTo("first");
        assertThat(BENCH.ofStep(second, 5, "output ->> 'value'")).isEqualTo("2");
        assertThat(BENCH.run(second).stepCount()).isEqualTo(5);
        assertThat(BENCH.run(second).resumedFrom()).isEqualTo(first.runId().value());
    }

    @Test
    void outputsAreFoundThroughAllRunsThatWereContinued() {
        Execution first = BENCH.plan(PLAN);
        planned(first, 1, 1, "echo");
        Execution second = BENCH.continued(first, "{}");
        assertThat(BENCH.begun(second).nextPlanIndex()).isEqualTo(2);
        SAFE.behaviour = call -> ToolResult.of(Workbench.JSON.createObjectNode().put("n", 2), "did");
        planned(second, 2, 2, "test.safe");
        Execution third = BENCH.continued(second, "{}");
        Begun begun = BENCH.begun(third);

        assertThat(begun.nextPlanIndex()).isEqualTo(3);
        assertThat(begun.nextStep()).isEqualTo(3);
        planned(third, 3, 3, "echo");
        planned(third, 4, 4, "echo");
        assertThat(BENCH.ofStep(third, 3, "output ->> 'value'")).isEqualTo("first");
        assertThat(BENCH.ofStep(third, 4, "output ->> 'value'")).isEqualTo("2");
    }

    @Test
    void stepsThatThePlanPassedAreNotRepeated() {
        Execution first = BENCH.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}, 'onError': 'continue'},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': 2}}]""");
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        notDone(first, 1, 1, "test.safe");

        assertThat(BENCH.begun(BENCH.continued(first, "{}")).nextPlanIndex()).isEqualTo(2);
    }

    private static final String PAUSING = """
            [{'tool': 'test.once', 'description': 'd', 'params': {'n': 1}, 'onError': 'pause'},
             {'tool': 'test.once', 'description': 'd', 'params': {'n': 2}, 'onError': 'pause'},
             {'tool': 'echo', 'description': 'd', 'params': {'value': 3}}]""";

    /** Performs the step in vain; the run pauses for that. */
    private static void failAndPause(Execution run, int step, int index) {
        ONCE.behaviour = call -> {
            throw CallFailed.forGood("no");
        };
        assertThat(notDone(run, step, index, "test.once").kind()).isEqualTo(StepNotDone.Kind.FAILED);
        assertThat(pauseFor(run, step)).isEqualTo(RunStatus.PAUSED);
    }

    private static RunStatus pauseFor(Execution run, int step) {
        return BENCH.bookkeeping
                .pauseFor(run, step, PauseReason.STEP_FAILED, "no")
                .status();
    }

    private static void resume(Execution run) {
        controls()
                .request(new ControlRequest(
                        "resume-" + UUID.randomUUID(), run.runId(), Verb.RESUME, Door.REST, "ada", null, 0, 0, false));
    }

    private static void retry(Execution run, int step) {
        controls().resolve("retry-" + UUID.randomUUID(), run.runId(), step, ResolveOutcome.RETRY, null, "ada");
    }

    private static RunControls controls() {
        return new RunControls(BENCH.database.jdbc());
    }

    @Test
    void aFailedStepThatAPersonPassedOverIsNotRepeated() {
        Execution first = BENCH.plan(PAUSING);
        failAndPause(first, 1, 1);
        resume(first);
        failAndPause(first, 2, 2);

        Begun begun = BENCH.begun(BENCH.continued(first, "{}"));

        assertThat(begun.nextPlanIndex()).isEqualTo(2);
        assertThat(begun.nextStep()).isEqualTo(3);
    }

    @Test
    void aFailedStepThatTheRunEndedAtIsRepeatedAlsoAfterARetry() {
        Execution first = BENCH.plan(PAUSING);
        failAndPause(first, 1, 1);
        retry(first, 1);
        failAndPause(first, 1, 1);

        assertThat(BENCH.begun(BENCH.continued(first, "{}")).nextPlanIndex()).isEqualTo(1);
    }

    @Test
    void aFailedStepThatIsRetriedAfterAResetIsPassedOverNoMore() {
        Execution first = BENCH.plan(PAUSING);
        failAndPause(first, 1, 1);
        resume(first);
        Execution reset = reset(first);
        assertThat(notDone(reset, 1, 1, "test.once").kind()).isEqualTo(StepNotDone.Kind.FAILED);
        assertThat(pauseFor(reset, 1)).isEqualTo(RunStatus.PAUSED);

        assertThat(BENCH.begun(BENCH.continued(reset, "{}")).nextPlanIndex()).isEqualTo(1);
    }

    private static Execution reset(Execution run) {
        return new Execution(run.runId(), "reset-of-" + run.runId(), true, null);
    }

    /** After a reset the plan can end before a step that a person had passed over. */
    @Test
    void whatAPersonPassedOverStaysSoInAllRunsThatGoOn() {
        Execution first = BENCH.plan(PAUSING);
        failAndPause(first, 1, 1);
        resume(first);
        failAndPause(first, 2, 2);
        resume(first);
        Execution reset = reset(first);
        notDone(reset, 1, 1, "test.once");
        pauseFor(reset, 1);

        Execution second = BENCH.continued(reset, "{}");
        assertThat(BENCH.begun(second).nextPlanIndex()).isEqualTo(1);
        ONCE.behaviour = call -> ToolResult.of(call.input(), "did");
        ONCE.keys.clear();
        planned(second, 2, 1, "test.once");
        assertThat(notDone(second, 3, 2, "test.once").kind()).isEqualTo(StepNotDone.Kind.FAILED);
        assertThat(pauseFor(second, 3)).isEqualTo(RunStatus.RUNNING);

        assertThat(BENCH.begun(BENCH.continued(second, "{}")).nextPlanIndex()).isEqualTo(3);
        assertThat(ONCE.keys).containsExactly(second.runId() + "/2");
    }

    @Test
    void spendIsInheritedAndChargedOnce() {
        Execution first = BENCH.plan(PLAN);
        planned(first, 1, 1, "echo");
        SAFE.behaviour =
                call -> new ToolResult(Workbench.JSON.createObjectNode().put("n", 2), "did", 7L, 0, 0);
        planned(first, 2, 2, "test.safe");
        long settled = settled();

        Execution second = BENCH.continued(first, "{}");
        assertThat(BENCH.begun(second).creditsUsed()).isEqualTo(7);
        assertThat(planned(second, 3, 3, "echo").creditsUsed()).isEqualTo(7);

        assertThat(BENCH.run(second).creditsUsed()).isEqualTo(7);
        assertThat(BENCH.run(first).creditsUsed()).isEqualTo(7);
        assertThat(settled()).isEqualTo(settled);
    }

    private static long settled() {
        return BENCH.database
                .jdbc()
                .sql("select settled from accounts where user_id = 'ada'")
                .query(Long.class)
                .single();
    }

    @Test
    void inheritedSpendCountsAgainstTheNewLimit() {
        Execution first = BENCH.plan(PLAN);
        planned(first, 1, 1, "echo");
        SAFE.behaviour =
                call -> new ToolResult(Workbench.JSON.createObjectNode().put("n", 2), "did", 20L, 0, 0);
        planned(first, 2, 2, "test.safe");

        Execution second = BENCH.continued(first, "{'limits': {'maxCredits': 30}}");
        BENCH.begun(second);
        BENCH.database
                .jdbc()
                .sql("update plan_steps set estimated_credits = 15 where run_id = :run and plan_index = 3")
                .param("run", second.runId().value())
                .update();

        assertThat(notDone(second, 3, 3, "echo").message())
                .isEqualTo("Task would use 35 credits total, exceeding per-task limit of 30");
    }

    @Test
    void callThatMayHaveHappenedStaysInDoubtInTheRunThatGoesOn() {
        Execution first = BENCH.plan("""
                [{'tool': 'test.once', 'description': 'd', 'params': {}},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 1, 'pointer': '/sent'}}}}]""");
        ONCE.behaviour = call -> {
            throw new OutcomeUnknown("the line is dead");
        };
        ONCE.keys.clear();
        notDone(first, 1, 1, "test.once");

        Execution second = BENCH.continued(first, "{}");
        BENCH.begun(second);
        StepNotDone verdict = notDone(second, 2, 1, "test.once");

        assertThat(verdict.kind()).isEqualTo(StepNotDone.Kind.UNKNOWN);
        assertThat(BENCH.run(second).pauseReason()).isEqualTo("unknown_outcome");
        assertThat(ONCE.keys).hasSize(1);
        new RunControls(BENCH.database.jdbc())
                .resolve(
                        "r-1",
                        second.runId(),
                        2,
                        ResolveOutcome.HAPPENED,
                        Workbench.JSON.createObjectNode().put("sent", "yes"),
                        "ada");
        planned(second, 2, 1, "test.once");
        planned(second, 3, 2, "echo");
        assertThat(ONCE.keys).hasSize(1);
        assertThat(BENCH.ofStep(second, 3, "output ->> 'value'")).isEqualTo("yes");
        assertThat(BENCH.run(second).stepCount()).isEqualTo(3);
    }

    @Test
    void conversationGoesOnWithAnAnswerToEachCallThatWasAsked() {
        Execution first = agent();
        turn(first, 1);
        BENCH.perform(StepRequest.toolCall(first, 2, "echo", 1, 0));

        Execution second = BENCH.continued(first, "{'prompt': 'Go on.'}");
        Begun begun = BENCH.begun(second);
        StepCompleted turn = turn(second, begun.nextStep());

        assertThat(begun.nextStep()).isEqualTo(3);
        assertThat(turn.done()).isTrue();
        assertThat(conversation(second))
                .containsExactly(
                        "system: Be good.",
                        "user: Do it.",
                        "assistant: I ask twice.",
                        "tool: {\"value\":\"one\"}",
                        "tool: Error: The run ended before this call was made",
                        "user: Go on.",
                        "assistant: Second turn.");
        assertThat(conversation(first)).hasSize(4);
    }

    @Test
    void eachBranchGoesItsOwnWayAndKnowsWhatIsBeforeIt() {
        Execution first = agent();
        turn(first, 1);
        Execution left = BENCH.continued(first, "{'prompt': 'Left.'}");
        BENCH.begun(left);
        turn(left, 2);
        Execution right = BENCH.continued(first, "{'prompt': 'Right.'}");
        BENCH.begun(right);
        Execution farLeft = BENCH.continued(left, "{}");
        BENCH.begun(farLeft);
        turn(farLeft, 3);

        assertThat(conversation(right))
                .contains("user: Right.")
                .doesNotContain("user: Left.", "assistant: Second turn.");
        assertThat(conversation(farLeft))
                .endsWith("user: Left.", "assistant: Second turn.", "assistant: Third turn.")
                .doesNotContain("user: Right.");
    }

    @Test
    void messagesPageThroughAllOfAConversation() {
        Execution first = agent();
        turn(first, 1);
        Execution second = BENCH.continued(first, "{'prompt': 'Go on.'}");

        List<Long> all = ids(BENCH.views.messages(second.runId(), 100, null).items());
        var page = BENCH.views.messages(second.runId(), 4, null);
        var rest = BENCH.views.messages(second.runId(), 4, page.nextCursor());

        assertThat(all).hasSize(6).isSorted();
        assertThat(ids(page.items())).isEqualTo(all.subList(0, 4));
        assertThat(ids(rest.items())).isEqualTo(all.subList(4, 6));
    }

    private static List<Long> ids(List<MessageView> messages) {
        return messages.stream().map(MessageView::id).toList();
    }
}
