package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.activities.tool.EchoTool;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class StepRunnerTest {
    private static final Scripted SAFE = new Scripted("test.safe", true);
    private static final Scripted ONCE = new Scripted("test.once", false);
    private static final Workbench BENCH = new Workbench(SAFE, ONCE);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private static StepCompleted run(Execution execution, int index, String tool) {
        return run(execution, index, tool, TestAttempt.of(30));
    }

    private static StepCompleted run(Execution execution, int index, String tool, Attempt attempt) {
        return BENCH.runner.run(Workbench.planned(execution, index, tool), attempt);
    }

    private static StepNotDone notDone(Execution execution, int index, String tool, Attempt attempt) {
        ApplicationFailure failure =
                catchThrowableOfType(ApplicationFailure.class, () -> run(execution, index, tool, attempt));
        assertThat(failure.getType()).isEqualTo(StepNotDone.FAILURE_TYPE);
        assertThat(failure.isNonRetryable()).isTrue();
        assertThat(failure.getCategory()).isEqualTo(ApplicationErrorCategory.BENIGN);
        return failure.getDetails().get(StepNotDone.class);
    }

    private static ApplicationFailure toBeRetried(Execution execution, String tool, Attempt attempt) {
        ApplicationFailure failure =
                catchThrowableOfType(ApplicationFailure.class, () -> run(execution, 1, tool, attempt));
        assertThat(failure.isNonRetryable()).isFalse();
        assertThat(failure.getNextRetryDelay()).isNotNull();
        return failure;
    }

    @Test
    void performsRecordsAndSettles() {
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {'a': 1}}]");
        SAFE.behaviour = call -> new ToolResult(NODES.objectNode().put("b", 2), "fine", 7L, 0, 0);

        StepCompleted done = run(run, 1, "test.safe");

        assertThat(done.stepCount()).isEqualTo(1);
        assertThat(done.creditsUsed()).isEqualTo(7);
        assertThat(done.preview()).isEqualTo("fine");
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("completed");
        assertThat(BENCH.ofStep(run, 1, "estimate")).isEqualTo("25");
        assertThat(BENCH.ofStep(run, 1, "output ->> 'b'")).isEqualTo("2");
    }

    @Test
    void raisesTheEstimateToThePlans() {
        Execution run = BENCH.plan(
                "[{'tool': 'test.safe', 'description': 'd', 'params': {}, 'estimatedCredits': 300}, {'tool': 'test.safe', 'description': 'd', 'params': {'x': 1}, 'estimatedCredits': 3}]");
        SAFE.behaviour = call -> ToolResult.of(call.input(), "did");

        run(run, 1, "test.safe");
        run(run, 2, "test.safe");

        assertThat(BENCH.ofStep(run, 1, "estimate")).isEqualTo("300");
        assertThat(BENCH.ofStep(run, 2, "estimate")).isEqualTo("25");
    }

    @Test
    void givesTheRecordedResultWithoutCallingAgain() {
        Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        ONCE.behaviour = call -> ToolResult.of(call.input(), "did");
        ONCE.keys.clear();

        StepCompleted first = run(run, 1, "test.once");
        StepCompleted again = run(run, 1, "test.once");

        assertThat(ONCE.keys).containsExactly(run.runId() + "/1");
        assertThat(again.stepCount()).isEqualTo(first.stepCount());
        assertThat(again.creditsUsed()).isEqualTo(25);
    }

    @Test
    void chargesACallThatAWorkerHasAdmittedWhichDoesNotKnowItsTool() {
        Execution run = BENCH.plan("""
                [{'tool': 'test.once', 'description': 'd', 'params': {'a': 1}, 'parallel': true},
                 {'tool': 'test.once', 'description': 'd', 'params': {'a': 2}, 'parallel': true}]""");
        ONCE.behaviour = call -> ToolResult.of(call.input(), "did");
        List<StepRequest> both =
                List.of(Workbench.planned(run, 1, "test.once"), Workbench.planned(run, 2, "test.once"));
        assertThat(BENCH.worker(new EchoTool()).admit(both)).isEqualTo(2);

        run(run, 1, "test.once");

        assertThat(BENCH.run(run).creditsUsed()).isEqualTo(25);
        assertThat(BENCH.ofStep(run, 1, "idempotent")).isEqualTo("false");
        assertThat(BENCH.worker(new EchoTool()).admit(both)).isEqualTo(2);
    }

    @Test
    void fillsInWhatEarlierStepsGave() {
        Execution run = BENCH.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': {'id': [7, 8]}}},
                 {'tool': 'echo', 'description': 'd', 'params':
                    {'value': ['x', {'$from': {'step': 1, 'pointer': '/value/id/1'}}, {'$from': {'step': 1, 'pointer': ''}}]}}]""");

        run(run, 1, "echo");
        run(run, 2, "echo");

        assertThat(BENCH.ofStep(run, 2, "output")).isEqualTo("{\"value\": [\"x\", 8, {\"value\": {\"id\": [7, 8]}}]}");
        assertThat(BENCH.ofStep(run, 2, "input")).isEqualTo("{\"value\": [\"x\", 8, {\"value\": {\"id\": [7, 8]}}]}");
    }

    @Test
    void failsAStepWhoseReferenceLeadsToNothing() {
        Execution run = BENCH.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}},
                 {'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 1, 'pointer': '/no/way'}}}}]""");
        run(run, 1, "echo");

        StepNotDone verdict = notDone(run, 2, "echo", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo("The output of step 1 has nothing at /no/way");
        assertThat(BENCH.ofStep(run, 2, "status")).isEqualTo("failed");
    }

    @Test
    void failsAStepWhoseReferenceFillsInWhatTheToolRefuses() {
        Execution run = BENCH.plan("""
                [{'tool': 'echo', 'description': 'd', 'params': {'value': 'soon'}},
                 {'tool': 'delay', 'description': 'd', 'params': {'ms': {'$from': {'step': 1, 'pointer': '/value'}}}}]""");
        run(run, 1, "echo");

        StepNotDone verdict = notDone(run, 2, "delay", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).startsWith("The input of delay is not valid: /ms");
    }

    @Test
    void givesUpAfterThreeFailedCalls() {
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]");
        SAFE.behaviour = call -> {
            throw new CallFailed(ErrorClass.SERVER, "It answered 503", Duration.ofSeconds(3));
        };
        SAFE.keys.clear();

        assertThat(toBeRetried(run, "test.safe", TestAttempt.of(30)).getNextRetryDelay())
                .isEqualTo(Duration.ofSeconds(3));
        toBeRetried(run, "test.safe", TestAttempt.of(30));
        StepNotDone verdict = notDone(run, 1, "test.safe", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo("It answered 503; gave up after 3 calls");
        assertThat(SAFE.keys).hasSize(3).containsOnly(run.runId() + "/1");
        assertThat(BENCH.views.find(run.runId()).orElseThrow().creditsReserved())
                .isZero();
    }

    @Test
    void callsANonIdempotentToolOnceEvenWhenItFails() {
        Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        ONCE.behaviour = call -> {
            throw new CallFailed(ErrorClass.SERVER, "It answered 503");
        };

        StepNotDone verdict = notDone(run, 1, "test.once", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.message()).isEqualTo("It answered 503");
    }

    @Test
    void doubtsNothingWhereOnlyTheAnswerOfAdmissionOrRecordIsLost() {
        for (String lost : List.of("reins_admit", "reins_record")) {
            Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
            ONCE.behaviour = call -> ToolResult.of(NODES.objectNode(), "fine");
            BENCH.line.loseNext(lost);

            run(run, 1, "test.once");

            assertThat(ONCE.keys).containsOnlyOnce(run.runId() + "/1");
            assertThat(BENCH.ofStep(run, 1, "status || ' ' || claims")).isEqualTo("completed 1");
        }
    }

    @Test
    void pausesForAPersonWhereNobodyKnowsWhatHappened() {
        Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        ONCE.behaviour = call -> {
            throw new OutcomeUnknown("The line went dead");
        };

        StepNotDone verdict = notDone(run, 1, "test.once", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(verdict.pauseReason()).isEqualTo(PauseReason.UNKNOWN_OUTCOME);
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("unknown");
        assertThat(BENCH.views.find(run.runId()).orElseThrow().status()).isEqualTo("paused");
        assertThat(BENCH.views.find(run.runId()).orElseThrow().creditsReserved())
                .isEqualTo(25);
    }

    @Test
    void doesNotKnowWhatAnUndeclaredErrorOfANonIdempotentToolDid() {
        for (var error : List.of(new IllegalStateException("a secret"), new CancellationException("a secret"))) {
            Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
            ONCE.behaviour = call -> {
                throw error;
            };

            StepNotDone verdict = notDone(run, 1, "test.once", TestAttempt.of(30));

            assertThat(verdict.kind()).isEqualTo(Kind.UNKNOWN);
            assertThat(verdict.message()).doesNotContain("secret");
        }
    }

    /** As one does that waits for a future which its abort cancels. */
    @Test
    void takesACallThatBreaksOffByItselfForCancelled() {
        Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        ONCE.behaviour = call -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                throw new CancellationException();
            }
            return null;
        };
        TestAttempt attempt = TestAttempt.of(30);
        attempt.end(Reason.CANCELLED);

        assertThat(notDone(run, 1, "test.once", attempt).kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void stopsACallBeforeItsDeadlineAndSaysTheConfiguredTime() throws Exception {
        Execution run = BENCH.plan("[{'tool': 'test.once', 'description': 'd', 'params': {}}]");
        CountDownLatch interrupted = new CountDownLatch(1);
        ONCE.behaviour = call -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return null;
        };
        TestAttempt attempt = new TestAttempt(Duration.ofMillis(1000));

        StepNotDone verdict = notDone(run, 1, "test.once", attempt);

        assertThat(Instant.now()).isBefore(attempt.deadline());
        assertThat(verdict.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(verdict.message()).isEqualTo("Operation test.once timed out after 1000ms");
        assertThat(interrupted.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("timed_out");
    }

    @Test
    void callsAnIdempotentToolAgainWhenItTimesOut() {
        Execution run = BENCH.plan("[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]");

        for (int call = 1; call <= 2; call++) {
            assertThat(toBeRetried(run, "delay", new TestAttempt(Duration.ofMillis(200))))
                    .hasMessageContaining("Operation delay timed out after 200ms");
        }
        StepNotDone verdict = notDone(run, 1, "delay", new TestAttempt(Duration.ofMillis(200)));

        assertThat(verdict.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(verdict.message()).isEqualTo("Operation delay timed out after 200ms");
    }

    @Test
    void endsARunThatTheDatabaseDoesNotKnow() {
        Execution run = new Execution(new RunId("run-restored-away"), "execution", false, null);

        StepNotDone verdict = notDone(run, 1, "delay", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.STALE);
        assertThat(verdict.message()).contains("run-restored-away");
    }

    @Test
    void recordsACancelledCallWithinTwoSeconds() throws Exception {
        Execution run = BENCH.plan("[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]");
        TestAttempt attempt = TestAttempt.of(30);
        CompletableFuture<StepNotDone> verdict = CompletableFuture.supplyAsync(() -> notDone(run, 1, "delay", attempt));

        attempt.end(Reason.CANCELLED);

        assertThat(verdict.get(2, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("cancelled");
    }

    @Test
    void recordsNothingOfAnAttemptThatIsLost() {
        Execution run = BENCH.plan("[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]");
        TestAttempt attempt = TestAttempt.of(30);
        attempt.end(Reason.LOST);

        assertThatThrownBy(() -> run(run, 1, "delay", attempt)).isInstanceOf(IllegalStateException.class);

        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("running");
        assertThat(BENCH.ofStep(run, 1, "failed_calls")).isEqualTo("0");
    }

    @Test
    void sendsNoHeartbeatForAShortCall() {
        Execution run = BENCH.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]");
        TestAttempt attempt = TestAttempt.of(30);

        run(run, 1, "echo", attempt);

        assertThat(attempt.heartbeats).hasValue(0);
    }

    @Test
    void storesHostileOutput() {
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]");
        SAFE.behaviour = call -> ToolResult.of(NODES.objectNode().put("a\0b", "x\0y\ud800z"), "p");

        run(run, 1, "test.safe");

        assertThat(BENCH.ofStep(run, 1, "output")).isEqualTo("{\"a\ufffdb\": \"x\ufffdy\ufffdz\"}");
    }

    @Test
    void boundsOutputThatIsTooLong() {
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]");
        SAFE.behaviour = call -> ToolResult.of(NODES.stringNode("a".repeat(Outputs.MAX_LENGTH)), "p");

        run(run, 1, "test.safe");

        assertThat(BENCH.ofStep(run, 1, "output -> 'truncated'")).isEqualTo("true");
    }

    @Test
    void asksAgainWhereAnotherAttemptHasTakenTheStepOver() {
        Execution run = BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}}]");
        SAFE.keys.clear();
        SAFE.behaviour = call -> {
            SAFE.behaviour = other -> ToolResult.of(NODES.objectNode(), "other");
            run(run, 1, "test.safe");
            return ToolResult.of(NODES.objectNode(), "late");
        };

        assertThat(toBeRetried(run, "test.safe", TestAttempt.of(30))).hasMessageContaining("taken the step over");
        StepCompleted again = run(run, 1, "test.safe");

        assertThat(again.creditsUsed()).isEqualTo(25);
        assertThat(SAFE.keys).hasSize(2);
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("completed");
        assertThat(BENCH.ofStep(run, 1, "credits")).isEqualTo("25");
    }

    @Test
    void passesOnWhatTheGuardsSay() {
        Execution run =
                BENCH.plan("[{'tool': 'test.safe', 'description': 'd', 'params': {}, 'estimatedCredits': 1500}]");

        StepNotDone verdict = notDone(run, 1, "test.safe", TestAttempt.of(30));

        assertThat(verdict.kind()).isEqualTo(Kind.REFUSED);
        assertThat(verdict.message())
                .isEqualTo("Execution guard failed: Step would use 1500 credits, exceeding per-step limit of 1000");
    }

    @Test
    void neverMistakesAToolNamedLikeAModelTurn() {
        StepRequest request = StepRequest.planned(
                BENCH.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]"), 1, "model.turn", 1);

        assertThat(BENCH.runner.run(request, TestAttempt.of(30)).done()).isFalse();
    }
}
