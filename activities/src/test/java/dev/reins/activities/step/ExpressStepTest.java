package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.NotSentInTime;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** What becomes of a step whose attempt in the express lane goes wrong, and of its next attempt in the activity lane. */
class ExpressStepTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Workbench BENCH = new Workbench(SAFE);
    /** All of the category's time. */
    private static final Duration ALL = Duration.ofMillis(1000);

    /** Less than the category's time, and enough for the call to begin on a machine that has much to do. */
    private static final Duration LESS = Duration.ofMillis(900);

    private static final String EXPRESS = "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}";

    private final Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]", EXPRESS);

    @BeforeEach
    void forget() {
        SAFE.keys.clear();
        SAFE.says = input -> SAFE.traits(true);
        SAFE.behaviour = call -> ToolResult.of(call.input(), "did");
    }

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private StepCompleted express() {
        return run(TestAttempt.express(30));
    }

    private StepCompleted run(Attempt attempt) {
        return BENCH.runner.run(Workbench.planned(run, 1, "test.safe"), attempt);
    }

    private ApplicationFailure failure(Attempt attempt) {
        return failure(Workbench.planned(run, 1, "test.safe"), attempt);
    }

    private static ApplicationFailure failure(StepRequest step, Attempt attempt) {
        return catchThrowableOfType(ApplicationFailure.class, () -> BENCH.runner.run(step, attempt));
    }

    private static Kind verdict(ApplicationFailure failure) {
        return failure.getDetails().get(StepNotDone.class).kind();
    }

    private void hasOneEffectChargedOnce(int calls) {
        assertThat(SAFE.keys).hasSize(calls).containsOnly(run.runId() + "/1");
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || credits || ' ' || held"))
                .isEqualTo("completed 25 0");
        assertThat(BENCH.views.find(run.runId()).orElseThrow().creditsUsed()).isEqualTo(25);
    }

    @Test
    void goesWellAsInAnyLane() {
        express();
        hasOneEffectChargedOnce(1);
        assertThat(laneTold()).isEqualTo("express");
    }

    private String laneTold() {
        return BENCH.database
                .jdbc()
                .sql(
                        "select data ->> 'lane' from events where run_id = :id and type in ('step.completed', 'step.failed')")
                .param("id", run.runId().value())
                .query(String.class)
                .single();
    }

    @Test
    void aRecordedStepIsGivenAndNotCalledAgain() {
        express();
        assertThat(express().stepCount()).isEqualTo(1);
        hasOneEffectChargedOnce(1);
    }

    @Test
    void aCallThatHangsIsStoppedGivenUpAndMadeAgainElsewhere() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        SAFE.behaviour = call -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return null;
        };

        ApplicationFailure failure = failure(LocalAttempt.within(LESS));

        assertThat(failure.isNonRetryable()).isFalse();
        assertThat(failure.getNextRetryDelay()).isZero();
        interrupted.await();
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || failed_calls")).isEqualTo("running 0");
        SAFE.behaviour = call -> ToolResult.of(call.input(), "did");
        run(TestAttempt.of(30));
        hasOneEffectChargedOnce(2);
    }

    @Test
    void aCallThatHangsForAllOfItsCategorysTimeHasTimedOutAndIsMadeThreeTimesInAll() {
        Execution run = BENCH.plan(
                "[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");
        StepRequest step = Workbench.planned(run, 1, "delay");

        ApplicationFailure first = failure(step, LocalAttempt.within(ALL));

        assertThat(first).hasMessageContaining("Operation delay timed out after 1000ms");
        assertThat(first.getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
        assertThat(first.getNextRetryDelay()).isEqualTo(Duration.ofMillis(500));
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || failed_calls")).isEqualTo("running 1");
        assertThat(failure(step, new TestAttempt(ALL)).getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
        assertThat(verdict(failure(step, new TestAttempt(ALL)))).isEqualTo(Kind.TIMED_OUT);
    }

    @Test
    void aCallThatWaitedForItsSlotHasNotHadItsTime() {
        Execution run = BENCH.plan(
                "[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");
        Attempt late = new LocalAttempt(ALL, Instant.now().plusMillis(600));

        ApplicationFailure failure = failure(Workbench.planned(run, 1, "delay"), late);

        assertThat(failure).hasMessageContaining("takes longer than this attempt may");
        assertThat(failure.getNextRetryDelay()).isZero();
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || failed_calls")).isEqualTo("running 0");
    }

    /** Which the call itself may find out before who watches it. */
    @Test
    void aCallThatWasNotSentInItsTimeIsGivenUpOrHasTimedOut() {
        SAFE.behaviour = call -> {
            throw new NotSentInTime();
        };

        ApplicationFailure givenUp = failure(LocalAttempt.within(LESS));

        assertThat(givenUp).hasMessageContaining("takes longer than this attempt may");
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || failed_calls")).isEqualTo("running 0");
        assertThat(failure(TestAttempt.of(30))).hasMessageContaining("Operation test.safe timed out after 30000ms");
        assertThat(BENCH.ofStep(run, 1, "status || ' ' || failed_calls")).isEqualTo("running 1");
    }

    @Test
    void aCallForWhichThereIsNoTimeIsNotMade() {
        Attempt over = new LocalAttempt(ALL, Instant.now());

        ApplicationFailure failure = failure(over);

        assertThat(failure.getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
        assertThat(SAFE.keys).isEmpty();
        run(TestAttempt.of(30));
        hasOneEffectChargedOnce(1);
    }

    @Test
    void aCallThatProvesNotHarmlessOnceItsInputIsCompleteGoesTheActivityLaneBeforeItIsAdmitted() {
        SAFE.says = input -> SAFE.traits(!input.path("method").asString("").equals("POST"));
        Execution run = BENCH.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 'POST'}},
                 {'tool': 'test.safe', 'description': 'd', 'params': {'method': {'$from': {'step': 1, 'pointer': '/value'}}}}]""", EXPRESS);
        StepRequest step = Workbench.planned(run, 2, "test.safe");
        assertThat(BENCH.bookkeeping.plan(run, 1))
                .extracting(CallOutline::express)
                .containsExactly(true, true);
        BENCH.runner.run(Workbench.planned(run, 1, "echo"), TestAttempt.express(30));

        assertIsForTheActivityLane(step);

        assertThat(BENCH.ofStep(run, 2, "status")).isNull();
        BENCH.runner.run(step, TestAttempt.of(30));
        assertThat(BENCH.ofStep(run, 2, "status || ' ' || idempotent")).isEqualTo("completed false");
    }

    @Test
    void aStepThatTheRunsLimitsKeepFromTheLaneGoesTheOther() {
        Execution slow = BENCH.plan(
                "[{'tool': 'test.safe', 'description': 'd', 'params': {}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1001}}");

        assertIsForTheActivityLane(Workbench.planned(slow, 1, "test.safe"));
    }

    private static void assertIsForTheActivityLane(StepRequest step) {
        ApplicationFailure failure = failure(step, TestAttempt.express(30));
        assertThat(failure.getType()).isEqualTo(StepFailures.TO_BE_REPEATED);
        assertThat(failure.getNextRetryDelay()).isZero();
        assertThat(SAFE.keys).isEmpty();
    }

    /** It kept the digest of every request and result, and wrote down what a later one reads from the conversation. */
    private static void recordAsAnOlderReleaseDid(StepRequest step, String category, String input, String output) {
        BENCH.database
                .jdbc()
                .sql("""
                        insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest,
                            call_digest, idempotent, input, output, output_digest, estimate, credits, asked_at, claim_token,
                            claims, started_at, finished_at)
                        values (:run, :step, 'tool', :tool, :category, 'ada', 1, 'completed', 'of the request', 'of the call', true,
                            cast(:input as jsonb), cast(:output as jsonb), 'of the result', 25, 25, now(), gen_random_uuid(),
                            1, now(), now());
                        update runs set step_count = :step where id = :run""")
                .param("run", step.execution().runId().value())
                .param("step", step.stepNumber())
                .param("tool", step.tool())
                .param("category", category)
                .param("input", input)
                .param("output", output)
                .update();
    }

    @Test
    void aStepThatAnOlderReleaseRecordedIsGivenAndNotCalledAgain() {
        Execution run = BENCH.plan("""
                [{'tool': 'test.safe', 'description': 'd', 'params': {}},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 1, 'pointer': '/id'}}}}]""", EXPRESS);
        StepRequest old = Workbench.planned(run, 1, "test.safe");
        recordAsAnOlderReleaseDid(old, "default", "{}", "{\"id\": 7}");

        StepCompleted given = BENCH.runner.run(old, TestAttempt.express(30));
        BENCH.runner.run(Workbench.planned(run, 2, "echo"), TestAttempt.express(30));

        assertThat(SAFE.keys).isEmpty();
        assertThat(given.preview()).isEqualTo("recorded earlier");
        assertThat(given.stepCount()).isEqualTo(1);
        assertThat(BENCH.ofStep(run, 2, "output")).isEqualTo("{\"value\": 7}");
    }

    @Test
    void aCallOfAModelThatAnOlderReleaseRecordedIsGivenAndNotMadeAgain() {
        Execution run = BENCH.runOf(expressAgent());
        assertThat(firstCall(run).express()).isTrue();
        StepRequest old = StepRequest.toolCall(run, 2, "http.request", 1, 0);
        recordAsAnOlderReleaseDid(old, "http", "{\"method\": \"GET\"}", "{\"status\": 200}");

        StepCompleted given = BENCH.runner.run(old, TestAttempt.express(30));

        assertThat(given.preview()).isEqualTo("recorded earlier");
        assertThat(given.stepCount()).isEqualTo(2);
        assertThat(BENCH.messages(run).getLast()).isEqualTo("tool: {\"status\":200}");
    }

    @Test
    void aCallThatIgnoresItsInterruptionHoldsNobodyUpAndChangesNothingWhenItEnds() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        SAFE.behaviour = call -> {
            awaitUninterruptibly(letGo);
            ended.countDown();
            return ToolResult.of(JsonNodeFactory.instance.stringNode("late"), "late");
        };
        Instant latest = Instant.now().plus(Duration.ofSeconds(20));

        assertThat(failure(LocalAttempt.within(LESS)).getNextRetryDelay()).isZero();

        assertThat(Instant.now()).isBefore(latest);
        SAFE.behaviour = call -> ToolResult.of(call.input(), "did");
        run(TestAttempt.of(30));
        letGo.countDown();
        ended.await();
        hasOneEffectChargedOnce(2);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // ignored, as a bad tool does
            }
        }
    }

    @Test
    void aFailedCallIsCountedAndMadeAgainElsewhereAfterItsDelay() {
        SAFE.behaviour = call -> {
            throw new CallFailed(ErrorClass.SERVER, "It answered 503", Duration.ofSeconds(3));
        };

        assertThat(failure(TestAttempt.express(30)).getNextRetryDelay()).isEqualTo(Duration.ofSeconds(3));

        assertThat(BENCH.ofStep(run, 1, "failed_calls")).isEqualTo("1");
        SAFE.behaviour = call -> ToolResult.of(call.input(), "did");
        run(TestAttempt.of(30));
        hasOneEffectChargedOnce(2);
        assertThat(laneTold()).isEqualTo("activity");
    }

    @Test
    void anUndeclaredErrorFailsTheStep() {
        SAFE.behaviour = call -> {
            throw new IllegalStateException("a bug with a secret");
        };

        ApplicationFailure failure = failure(TestAttempt.express(30));

        assertThat(verdict(failure)).isEqualTo(Kind.FAILED);
        assertThat(failure.getMessage()).doesNotContain("secret");
        assertThat(laneTold()).isEqualTo("express");
    }

    @Test
    void tenMegabytesAreCut() {
        SAFE.behaviour = call -> ToolResult.of(JsonNodeFactory.instance.stringNode("a".repeat(10 << 20)), "p");

        express();

        assertThat(BENCH.ofStep(run, 1, "output -> 'truncated'")).isEqualTo("true");
        hasOneEffectChargedOnce(1);
    }

    @Test
    void whatItSaysOfItselfIsCutBeforeTheEngineGetsIt() {
        SAFE.behaviour = call -> ToolResult.of(JsonNodeFactory.instance.nullNode(), "a".repeat(10 << 20));

        assertThat(express().preview()).isEqualTo("a".repeat(200));
    }

    @Test
    void whatItSaysOfItsFailureIsCutBeforeTheEngineGetsIt() {
        SAFE.behaviour = call -> {
            throw CallFailed.forGood("a".repeat(999) + "\uD83D\uDE00".repeat(5 << 20));
        };

        var failure = catchThrowableOfType(ApplicationFailure.class, this::express);

        assertThat(failure.getDetails().get(StepNotDone.class).message()).isEqualTo("a".repeat(999));
        assertThat(failure.getOriginalMessage()).isEqualTo("a".repeat(200));
        assertThat(BENCH.ofStep(run, 1, "length(error_message)")).isEqualTo("999");
    }

    @Test
    void aConnectionThatIsLostAfterTheRecordChangesNothing() {
        BENCH.line.loseNext("reins_record");

        assertThatThrownBy(() -> run(thatEndsWithItsCall())).isInstanceOf(RuntimeException.class);

        run(TestAttempt.of(30));
        hasOneEffectChargedOnce(1);
    }

    @Test
    void aConnectionThatIsLostBetweenCallAndRecordHasTheCallMadeAgainAndChargedOnce() {
        BENCH.line.cutNext("reins_record");

        assertThatThrownBy(() -> run(thatEndsWithItsCall())).isInstanceOf(RuntimeException.class);

        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("running");
        run(TestAttempt.of(30));
        hasOneEffectChargedOnce(2);
    }

    @Test
    void aVersionOfTheDefinitionThatAsksForTheLaneChangesNoRunThatIsUnderWay() {
        String agent = BENCH.install("scripted", "looper", "Tracker: http://127.0.0.1:1", "http.request");
        Execution before = BENCH.runOf(agent);
        askForTheLane(agent);
        Execution after = BENCH.runOf(agent);

        assertThat(firstCall(before).express()).isFalse();
        assertThat(firstCall(after).express()).isTrue();
    }

    private static void askForTheLane(String agent) {
        BENCH.database.jdbc().sql("""
                        update definitions set version = 2,
                            document = document || '{"limits": {"lane": "express", "toolTimeoutMs": {"http": 1000}}}'
                        where id = :id""").param("id", agent).update();
    }

    private static String expressAgent() {
        String agent = BENCH.install("scripted", "looper", "Tracker: http://127.0.0.1:1", "http.request");
        askForTheLane(agent);
        return agent;
    }

    private static CallOutline firstCall(Execution run) {
        return BENCH.runner
                .run(StepRequest.modelTurn(run, 1), TestAttempt.of(30))
                .calls()
                .getFirst();
    }

    /** So that it has no time to wait for the database's return. */
    private static Attempt thatEndsWithItsCall() {
        TestAttempt attempt = TestAttempt.express(30);
        SAFE.behaviour = call -> {
            attempt.expire();
            return ToolResult.of(call.input(), "did");
        };
        return attempt;
    }
}
