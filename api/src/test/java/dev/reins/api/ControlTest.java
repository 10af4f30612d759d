package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi.Answer;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.run.RunBookkeeping.Incoming;
import dev.reins.contracts.step.Execution;
import dev.reins.store.control.RunControls;
import dev.reins.store.run.RunLifecycle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Control without a workflow: the tests do what a run's bookkeeping would. */
class ControlTest {
    private static RunningApi api;
    private static World world;
    private String run;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void startRun() {
        run = World.run(api, world.alice);
    }

    @Test
    void answersWithTheReceiptAndHowFarTheRunIs() {
        Answer answer = ask("pause", "{\"reason\": \"lunch\"}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.data().propertyNames()).containsExactly("message", "runId", "status", "receipt", "progress");
        assertThat(answer.data().get("status").asString()).isEqualTo("pausing");
        assertThat(answer.data().get("receipt").propertyNames())
                .containsExactly(
                        "id",
                        "verb",
                        "door",
                        "by",
                        "reason",
                        "requestedAt",
                        "deliveredAt",
                        "effectiveAt",
                        "refusedAt",
                        "refusedCode");
        assertThat(answer.data().at("/receipt/verb").asString()).isEqualTo("pause");
        assertThat(answer.data().at("/receipt/door").asString()).isEqualTo("rest");
        assertThat(answer.data().at("/receipt/by").asString()).isEqualTo("alice");
        assertThat(answer.data().at("/receipt/reason").asString()).isEqualTo("lunch");
        assertThat(answer.data().at("/receipt/effectiveAt").isNull()).isTrue();
        assertThat(answer.data().get("progress").propertyNames())
                .containsExactly("stepCount", "maxSteps", "creditsUsed", "maxCredits");
    }

    @Test
    void givesTheStandingReceiptToWhoeverAsksForTheSame() {
        String first = receiptId(ask("pause", ""));

        assertThat(receiptId(ask("pause", ""))).isEqualTo(first);
        assertThat(receiptId(api.post(ADMIN_KEY, "/api/agent/pause", "{\"taskId\": \"" + run + "\"}")))
                .isEqualTo(first);
        assertThat(receipts()).isEqualTo(1);
    }

    @Test
    void withdrawsAPauseThatIsNotYetEffective() {
        ask("pause", "");

        Answer resumed = api.post(world.alice, "/api/agent/resume", "{\"taskId\": \"" + run + "\"}");

        assertThat(resumed.status()).isEqualTo(202);
        assertThat(api.get(world.alice, path("receipts"))
                        .json()
                        .at("/data/0/refusedCode")
                        .asString())
                .isEqualTo("withdrawn");
    }

    @Test
    void cancelsOnceAndThenRefusesAllElse() {
        String first = receiptId(ask("cancel", ""));

        assertThat(receiptId(ask("cancel", ""))).isEqualTo(first);
        assertRefused(ask("pause", ""), "cancelling");
        assertRefused(ask("resume", ""), "cancelling");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "cancel"})
    void refusesEveryVerbOnceTheRunHasEnded(String verb) {
        finish(RunStatus.COMPLETED);

        assertRefused(ask(verb, ""), "completed");
        assertThat(receipts()).isZero();
    }

    @Test
    void refusesToResumeWhatRuns() {
        lifecycle().adopt(execution());

        assertRefused(ask("resume", ""), "running");
    }

    @Test
    void letsTheAdministratorCancelByTheAgent() {
        String started = api.post(
                        world.alice, RUNS, "{\"agentId\": \"%s\", \"prompt\": \"hello\"}".formatted(world.agentId))
                .data()
                .get("id")
                .asString();

        assertThat(api.post(ADMIN_KEY, "/api/admin/agents/none/runs/" + started + "/cancel", "")
                        .status())
                .isEqualTo(404);
        assertThat(api.post(ADMIN_KEY, "/api/admin/agents/" + world.agentId + "/runs/" + started + "/cancel", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void holdsTheAnswerUntilTheRequestIsEffective() {
        lifecycle().adopt(execution());
        CompletableFuture<Answer> asked = askInBackground("pause?wait=20");
        await().until(() -> receipts() == 1);

        obey();

        Answer answer = asked.join();
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.data().get("status").asString()).isEqualTo("paused");
        assertThat(answer.data().at("/receipt/effectiveAt").isNull()).isFalse();
    }

    @Test
    void answersWithTheRefusalIfOneComesWhileItWaits() {
        lifecycle().adopt(execution());
        CompletableFuture<Answer> asked = askInBackground("pause?wait=20");
        await().until(() -> receipts() == 1);

        ask("resume", "");

        assertRefused(asked.join(), "running");
        assertThat(asked.join().json().at("/receipt/refusedCode").asString()).isEqualTo("withdrawn");
    }

    @Test
    void answersAsThingsStandWhenTheWaitIsOver() {
        Answer answer = ask("pause?wait=1", "");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.data().at("/receipt/effectiveAt").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pause  | {'reason': 1}             | /reason",
                "pause  | {'because': 'x'}          | /because",
                "pause  | {'extendSteps': 1}        | /extendSteps",
                "cancel | {'extendCredits': 1}      | /extendCredits",
                "resume | {'extendSteps': -1}       | /extendSteps",
                "resume | {'extendCredits': -1}     | /extendCredits",
                "resume | {'extendSteps': 1.5}      | /extendSteps",
                "resume | {'extendSteps': 99999999999} | /extendSteps",
                "pause?wait=31 | {}                 | wait",
                "pause?wait=x  | {}                 | wait",
                "pause?hold=1  | {}                 | hold",
            })
    void pointsAtWhatIsWrong(String verb, String body, String pointer) {
        Answer answer = ask(verb, body.replace('\'', '"'));

        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
        assertThat(receipts()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | {'outcome': 'happened'}              | 404 | not_found",
                "0 | {'outcome': 'skip'}                  | 404 | not_found",
                "x | {'outcome': 'skip'}                  | 404 | not_found",
                "1 | {'outcome': 'perhaps'}               | 400 | invalid_request",
                "1 | {}                                   | 400 | invalid_request",
                "1 | {'outcome': 'skip', 'output': {}}    | 400 | invalid_request",
            })
    void resolvesOnlyStepsOfWhichNobodyKnows(String step, String body, int status, String code) {
        Answer answer = api.post(world.alice, path("steps/" + step + "/resolve"), body.replace('\'', '"'));

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    private Answer ask(String verb, String body) {
        return api.post(world.alice, path(verb), body);
    }

    private CompletableFuture<Answer> askInBackground(String verb) {
        return CompletableFuture.supplyAsync(() -> ask(verb, ""));
    }

    private String path(String part) {
        return RUNS + "/" + run + "/" + part;
    }

    private static String receiptId(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(202);
        return answer.data().at("/receipt/id").asString();
    }

    private static void assertRefused(Answer answer, String runStatus) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("run_state");
        assertThat(answer.json().get("runStatus").asString()).isEqualTo(runStatus);
    }

    private long receipts() {
        return api.database
                .jdbc()
                .sql("select count(*) from control_receipts where run_id = :run")
                .param("run", run)
                .query(Long.class)
                .single();
    }

    private Execution execution() {
        return new Execution(new RunId(run), "execution-of-" + run, false, null);
    }

    private static RunLifecycle lifecycle() {
        return api.bean(RunLifecycle.class);
    }

    /** What the workflow does at its next step boundary. */
    private void obey() {
        api.bean(RunControls.class).receive(new Incoming(execution(), List.of(), false, true));
    }

    private void finish(RunStatus status) {
        lifecycle().adopt(execution());
        lifecycle().finish(new Finish(execution(), status, StopReason.DONE, null, null));
    }
}
