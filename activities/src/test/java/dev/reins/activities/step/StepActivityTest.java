package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Category;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepActivityTest {
    private static final Workbench BENCH = new Workbench();

    private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
    private final Steps steps = steps();

    /** The names under which the tests ask for the one dynamic activity. */
    @ActivityInterface
    public interface Steps {
        @ActivityMethod(name = "echo")
        StepCompleted echo(StepRequest request);

        @ActivityMethod(name = "delay")
        StepCompleted delay(StepRequest request);

        @ActivityMethod(name = StepRequest.MODEL_TURN)
        StepCompleted turn(StepRequest request);
    }

    private Steps steps() {
        environment.registerActivitiesImplementations(new StepActivity(BENCH.runner));
        return environment.newActivityStub(
                Steps.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(20))
                        .setHeartbeatTimeout(Duration.ofSeconds(2))
                        .validateAndBuildWithDefaults());
    }

    private Steps local() {
        return environment.newLocalActivityStub(
                Steps.class,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(20))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .validateAndBuildWithDefaults(),
                Map.of());
    }

    @AfterEach
    void closeEnvironment() {
        environment.close();
    }

    @AfterAll
    static void closeBench() throws Exception {
        BENCH.close();
    }

    private static StepNotDone verdict(ActivityFailure failure) {
        ApplicationFailure cause = (ApplicationFailure) failure.getCause();
        assertThat(cause.getType()).isEqualTo(StepNotDone.FAILURE_TYPE);
        return cause.getDetails().get(StepNotDone.class);
    }

    @Test
    void answersUnderTheToolsName() {
        Execution run = BENCH.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]");

        StepCompleted done = steps.echo(Workbench.planned(run, 1, "echo"));

        assertThat(done.stepCount()).isEqualTo(1);
    }

    @Test
    void answersAsALocalActivityToo() {
        Execution run = BENCH.plan(
                "[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}}]",
                "{'lane': 'express', 'toolTimeoutMs': {'default': 1000}}");

        StepCompleted done = local().echo(Workbench.planned(run, 1, "echo"));

        assertThat(done.stepCount()).isEqualTo(1);
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("completed");
    }

    @Test
    void answersAModelTurnWithItsCalls() {
        Execution run = BENCH.agent("scripted", "looper", "Tracker: http://127.0.0.1:1", "http.request");

        StepCompleted turn = steps.turn(StepRequest.modelTurn(run, 1));

        assertThat(turn.calls())
                .containsExactly(new CallOutline("http.request", Category.HTTP, 15_000, true, false, false, null));
    }

    @Test
    void carriesTheVerdictThroughTemporalsConverter() {
        Execution run =
                BENCH.plan("[{'tool': 'echo', 'description': 'd', 'params': {'value': 1}, 'estimatedCredits': 1001}]");

        ActivityFailure failure =
                catchThrowableOfType(ActivityFailure.class, () -> steps.echo(Workbench.planned(run, 1, "echo")));

        assertThat(verdict(failure).kind()).isEqualTo(Kind.REFUSED);
        assertThat(verdict(failure).stepCount()).isEqualTo(1);
    }

    @Test
    void hearsOfACancellationByItsHeartbeat() throws Exception {
        Execution run = BENCH.plan("[{'tool': 'delay', 'description': 'd', 'params': {'ms': 60000}}]");
        CompletableFuture<ActivityFailure> failure = CompletableFuture.supplyAsync(() ->
                catchThrowableOfType(ActivityFailure.class, () -> steps.delay(Workbench.planned(run, 1, "delay"))));

        environment.requestCancelActivity();

        assertThat(verdict(failure.get(10, TimeUnit.SECONDS)).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(BENCH.ofStep(run, 1, "status")).isEqualTo("cancelled");
    }
}
