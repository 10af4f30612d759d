package dev.reins.activities.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.activities.step.Workbench;
import dev.reins.contracts.Category;
import dev.reins.contracts.OnError;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunKind;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.run.RunBookkeeping.Begin;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.store.RunWatcher;
import dev.reins.store.run.RunLifecycle;
import io.temporal.failure.ApplicationFailure;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class BookkeepingActivitiesTest {
    private static final Workbench BENCH = new Workbench();
    private static final String ECHO = "{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}";

    @AfterAll
    static void close() throws Exception {
        BENCH.close();
    }

    private static Begun begin(RunId id, String input) {
        return BENCH.bookkeeping.begin(new Begin(
                new Execution(id, "first", false, null), input == null ? null : input.replace('\'', '"'), null));
    }

    @Test
    void beginsAPlanFromTemporalsDoor() {
        RunId id = RunId.next();

        Begun begun = begin(
                id,
                "{'projectId': 'p', 'userId': 'ada', 'plan': [" + ECHO
                        + "], 'limits': {'maxSteps': 9, 'timeoutSeconds': 5}}");

        assertThat(begun.refusal()).isNull();
        assertThat(begun.kind()).isEqualTo(RunKind.PLANNED);
        assertThat(begun.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(begun.agent()).isEqualTo("plan");
        assertThat(begun.nextStep()).isEqualTo(1);
        assertThat(begun.nextPlanIndex()).isEqualTo(1);
        assertThat(begun.planLength()).isEqualTo(1);
        assertThat(begun.maxSteps()).isEqualTo(9);
        assertThat(begun.timeoutMs()).isEqualTo(5_000);
        assertThat(BENCH.views.find(id).orElseThrow().startedVia()).isEqualTo("temporal");
    }

    @Test
    void beginsTheRowThatIsThereWhateverTheInputSays() {
        Execution execution = BENCH.agent("scripted", "reply", "x");

        Begun begun = BENCH.bookkeeping.begin(new Begin(execution, "{nonsense", null));

        assertThat(begun.refusal()).isNull();
        assertThat(begun.kind()).isEqualTo(RunKind.AGENTIC);
        assertThat(begun.agent()).isEqualTo("Tester");
        assertThat(begun.nextPlanIndex()).isZero();
        assertThat(begun.modelTimeoutMs()).isEqualTo(45_000);
    }

    @Test
    void goesOnWhereTheExecutionBeforeItLeftOff() {
        Execution before = BENCH.plan("[" + ECHO + "," + ECHO + "," + ECHO + "]");
        Execution after = new Execution(before.runId(), "continued", false, before.executionId());

        Begun begun = BENCH.bookkeeping.begin(
                new Begin(after, "{\"continuation\":{\"nextStep\":3,\"nextPlanIndex\":3}}", null));

        assertThat(begun.refusal()).isNull();
        assertThat(begun.nextStep()).isEqualTo(3);
        assertThat(begun.nextPlanIndex()).isEqualTo(3);
    }

    @Test
    void saysThatADefectKeepsARunFromBeginning() {
        Execution run = BENCH.plan("[" + ECHO + "]");
        BENCH.database
                .jdbc()
                .sql("update runs set limits = '\"x\"' where id = :id")
                .param("id", run.runId().value())
                .update();

        assertThatThrownBy(() -> BENCH.bookkeeping.begin(new Begin(run, null, null)))
                .satisfies(isFinal(RunBookkeeping.DEFECT));
    }

    @Test
    void leavesAnOutageToTheRetries() {
        assertThatThrownBy(() -> beginOn(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none")))
                .isInstanceOf(DataAccessException.class);
    }

    private static Begun beginOn(DataSource database) {
        var lifecycle = new RunLifecycle(JdbcClient.create(database), RunWatcher.NONE);
        return new BookkeepingActivities(
                        new Beginnings(null, null, null, lifecycle, null), null, null, null, null, null)
                .begin(new Begin(new Execution(RunId.next(), "first", false, null), null, null));
    }

    private static DataSource breakingWith(Error error) {
        return new DelegatingDataSource() {
            @Override
            public Connection getConnection() {
                throw error;
            }
        };
    }

    @Test
    void saysThatAnErrorOfTheCodeKeepsARunFromBeginning() {
        for (Error error : List.of(
                new NoClassDefFoundError("com/acme/Missing"),
                new StackOverflowError(),
                new AssertionError("of a test"))) {
            assertThatThrownBy(() -> beginOn(breakingWith(error)))
                    .satisfies(isFinal(RunBookkeeping.DEFECT))
                    .hasRootCause(error);
        }
    }

    @Test
    void leavesTheWorkersOwnTroubleToTheRetries() {
        assertThatThrownBy(() -> beginOn(breakingWith(new OutOfMemoryError("of a test"))))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void saysThatTheDatabaseDoesNotKnowTheRun() {
        Execution gone = new Execution(RunId.next(), "first", false, null);
        var resumed = new Signal("1", "resume", null, null);

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> BENCH.bookkeeping.plan(gone, 1),
                () -> BENCH.bookkeeping.controls(new Incoming(gone, List.of(resumed), false, true)),
                () -> BENCH.bookkeeping.pauseFor(gone, 1, PauseReason.STEP_FAILED, "why"),
                () -> BENCH.bookkeeping.claimed(gone, 1),
                () -> BENCH.bookkeeping.finish(new Finish(gone, RunStatus.COMPLETED, StopReason.DONE, null, null)))) {
            assertThatThrownBy(call)
                    .satisfies(isFinal(RunBookkeeping.GONE))
                    .hasMessageContaining("There is no run " + gone.runId());
        }
    }

    private static Consumer<Throwable> isFinal(String type) {
        return thrown -> {
            assertThat(thrown).isInstanceOf(ApplicationFailure.class);
            ApplicationFailure failure = (ApplicationFailure) thrown;
            assertThat(failure.getType()).isEqualTo(type);
            assertThat(failure.isNonRetryable()).isTrue();
        };
    }

    @Test
    void takesNobodysWordForAContinuation() {
        Execution running = BENCH.plan("[" + ECHO + "," + ECHO + "]");
        RunId unheardOf = RunId.next();
        String claims = "{\"continuation\":{\"nextStep\":2,\"nextPlanIndex\":2}}";

        Begun again = BENCH.bookkeeping.begin(new Begin(running, claims, null));
        Begun stranger = BENCH.bookkeeping.begin(
                new Begin(new Execution(running.runId(), "stranger", false, null), claims, null));

        assertThat(again.nextStep()).isEqualTo(1);
        assertThat(stranger.refusal()).contains("Another execution is in charge");
        assertThat(begin(unheardOf, claims).refusal()).contains("needs either an agentId and a prompt, or a plan");
        assertThat(BENCH.views.find(unheardOf)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'agentId': 'nobody', 'prompt': 'x'} | agent",
                "{'projectId': 'nowhere', 'userId': 'ada', 'plan': [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]} | project",
                "{'projectId': 'p', 'userId': 'nobody', 'plan': [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]} | user",
                "{'projectId': 'p', 'userId': 'ada', 'plan': [{'tool': 'rm', 'description': 'd', 'params': {}}]} | rm",
                "{'projectId': 'p', 'userId': 'ada', 'plan': [{'tool': 'delay', 'description': 'd', 'params': {'ms': 'x'}}]} | /plan/0/params/ms",
                "{'plan': | JSON",
                "[] | object",
                "{} | agentId"
            })
    void refusesAnInputThatNamesNoRunAndTouchesNoRow(String input, String named) {
        RunId id = RunId.next();

        assertThat(begin(id, input).refusal()).containsIgnoringCase(named);
        assertThat(BENCH.views.find(id)).isEmpty();
    }

    @Test
    void refusesNothingAndTheUndecodable() {
        RunId id = RunId.next();

        assertThat(begin(id, null).refusal()).contains(id.value());
        assertThat(BENCH.bookkeeping
                        .begin(new Begin(new Execution(id, "first", false, null), null, "it is binary/null"))
                        .refusal())
                .contains("it is binary/null");
        assertThat(BENCH.views.find(id)).isEmpty();
    }

    @Test
    void refusesTheIdOfARunThatHasEnded() {
        Execution run = BENCH.plan("[" + ECHO + "]");
        BENCH.bookkeeping.finish(new Finish(run, RunStatus.COMPLETED, StopReason.DONE, null, null));

        Begun again = BENCH.bookkeeping.begin(new Begin(new Execution(run.runId(), "later", false, null), null, null));
        Begun reset = BENCH.bookkeeping.begin(new Begin(new Execution(run.runId(), "reset", true, null), null, null));

        assertThat(again.refusal()).contains("has ended");
        assertThat(reset.refusal()).isNull();
        assertThat(reset.status()).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void beginsTheSameTwice() {
        Execution run = BENCH.plan("[" + ECHO + "]");

        assertThat(BENCH.bookkeeping.begin(new Begin(run, null, null)).refusal())
                .isNull();
        assertThat(BENCH.bookkeeping.begin(new Begin(run, null, null)).refusal())
                .isNull();
    }

    @Test
    void outlinesTheWholeOfARowThatBeginsBeforeTheHundredth() {
        String beside = ECHO.replace("'tool'", "'parallel': true, 'tool'");
        String steps = IntStream.rangeClosed(1, 150)
                .mapToObj(step -> step >= 99 && step <= 103 ? beside : ECHO)
                .collect(Collectors.joining(","));
        String allBeside = IntStream.range(0, 150).mapToObj(i -> beside).collect(Collectors.joining(","));

        assertThat(BENCH.bookkeeping.plan(BENCH.plan("[" + steps + "]"), 1)).hasSize(103);
        assertThat(BENCH.bookkeeping.plan(BENCH.plan("[" + allBeside + "]"), 1)).hasSize(115);
    }

    @Test
    void outlinesThePlanAHundredStepsAtATime() {
        String steps = IntStream.range(0, 150).mapToObj(i -> ECHO).collect(Collectors.joining(","));
        Execution run = BENCH.plan(
                "[{'tool': 'http.request', 'description': 'd', 'params': {'method': 'POST', 'url': 'http://x'}, 'onError': 'continue', 'parallel': true},"
                        + steps + "]",
                "{'toolTimeoutMs': {'http': 1234}}");

        List<CallOutline> first = BENCH.bookkeeping.plan(run, 1);

        assertThat(first).hasSize(100);
        assertThat(first.get(0))
                .isEqualTo(new CallOutline("http.request", Category.HTTP, 1234, false, true, false, OnError.CONTINUE));
        assertThat(first.get(1))
                .isEqualTo(new CallOutline("echo", Category.DEFAULT, 30_000, true, false, false, OnError.FAIL));
        assertThat(BENCH.bookkeeping.plan(run, 101)).hasSize(51);
        assertThat(BENCH.bookkeeping.plan(run, 31)).isEqualTo(first.subList(30, 100));
        assertThat(BENCH.bookkeeping.plan(run, 152)).isEmpty();
    }

    @Test
    void saysWhichCallsOfAnExpressRunMayGoThere() {
        Execution run = BENCH.plan(
                "[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}},"
                        + http("GET") + "," + http("HEAD") + "," + http("PUT") + "," + http("DELETE") + ","
                        + http("POST") + "," + http("PATCH") + ","
                        + "{'tool': 'http.request', 'description': 'd', 'params': {'method': 'POST', 'url': 'http://x', 'idempotent': true}},"
                        + "{'tool': 'ai.complete', 'description': 'd', 'params': {'prompt': 'x'}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000, 'http': 1000, 'ai': 1000}}");

        assertThat(BENCH.bookkeeping.plan(run, 1))
                .extracting(CallOutline::express)
                .containsExactly(true, true, true, true, true, false, false, true, false);
    }

    @Test
    void callsThatMayTakeLongerThanASecondDoNotGoExpressNorDoThoseOfAnotherRun() {
        String steps = "[" + ECHO + "," + http("GET") + "]";
        Execution slow = BENCH.plan(steps, "{'lane': 'express', 'toolTimeoutMs': {'default': 1001, 'http': 1000}}");
        Execution other = BENCH.plan(steps, "{'toolTimeoutMs': {'default': 1000, 'http': 1000}}");

        assertThat(BENCH.bookkeeping.plan(slow, 1))
                .extracting(CallOutline::express)
                .containsExactly(false, true);
        assertThat(BENCH.bookkeeping.plan(other, 1))
                .extracting(CallOutline::express)
                .containsExactly(false, false);
    }

    private static String http(String method) {
        return "{'tool': 'http.request', 'description': 'd', 'params': {'method': '" + method
                + "', 'url': 'http://x'}}";
    }
}
