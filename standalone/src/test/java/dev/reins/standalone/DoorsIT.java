package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the {@code temporal} command does to runs, and what REST shows of it. */
class DoorsIT extends TemporalDoor {
    private static final Duration REFLECTED = Duration.ofSeconds(60);

    // --- start -----------------------------------------------------------------------------------------------------

    @Test
    void anAgenticRunStartedByTheCommandIsAFullRun() {
        String agent = stack.endpoints().agents().get("janitor");
        LiveRun run = start(Map.of("agentId", agent, "prompt", "Tidy up."));

        JsonNode row = run.await("completed");
        assertThat(row.path("startedVia").asString()).isEqualTo("temporal");
        assertThat(row.path("agentId").asString()).isEqualTo(agent);
        assertThat(row.path("userId").asString()).isEqualTo(stack.endpoints().userId());
        assertThat(row.path("creditsUsed").asLong()).isPositive();
        assertThat(row.path("inputTokens").asLong()).isPositive();
        assertThat(run.list("messages").stream()
                        .map(message -> message.path("role").asString()))
                .startsWith("system", "user", "assistant");
        assertThat(run.list("guard-decisions")).hasSize(row.path("stepCount").asInt());
        assertThat(stack.user()
                        .get(stack.runs() + "?agentId=" + agent + "&limit=1000")
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("id").asString()))
                .contains(run.id());
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> listed("AgentRunStatus='completed' AND AgentId='" + agent + "'")
                        .contains(run.id()));
    }

    @Test
    void aPlannedRunStartedByTheCommandIsGuarded() {
        LiveRun run = start(plan(Map.of("maxSteps", 1), echo(1), echo(2)));

        JsonNode paused = run.await("paused");
        assertThat(paused.path("pauseReason").asString()).isEqualTo("step_limit");
        assertThat(paused.path("userId").asString()).isEqualTo(user.id());
        command("signal", run, "--name", "resume");
        assertThat(run.awaitReceipts("resume", 1).getFirst().path("refusedCode").asString())
                .isEqualTo("no_room");
        command("signal", run, "--name", "resume", "--input", "{\"by\":\"ada\",\"extendSteps\":1}");

        assertThat(run.await("completed").path("maxSteps").asInt()).isEqualTo(2);
        JsonNode extended = run.receipts("resume").getLast();
        assertThat(extended.path("by").asString()).isEqualTo("ada");
        LiveRun.latency(extended);
    }

    @Test
    void aSignalThatComesBeforeTheRunHasBegunIsObeyed() {
        LiveRun run = of(newId());
        List<String> line = new ArrayList<>(List.of("workflow", "signal-with-start", "--signal-name", "pause"));
        line.addAll(starting(run.id(), json(plan(Map.of(), echo(1)))));
        succeed(stack.temporal(line.toArray(String[]::new)));

        assertThat(run.await("paused").path("stepCount").asInt()).isZero();
        LiveRun.latency(run.receipts("pause").getFirst());
        command("signal", run, "--name", "resume");
        run.await("completed");
    }

    // --- signal and query ------------------------------------------------------------------------------------------

    @Test
    void signalsPauseAndResumeWithAndWithoutPayload() {
        LiveRun run = start(plan(Map.of(), http("/held/first"), http("/held/second"), echo(3)));
        awaitRequests(run, 1);

        command("signal", run, "--name", "pause");
        run.await("pausing");
        WORLD.release("/held/first");
        run.await("paused");
        command("signal", run, "--name", "resume");
        awaitRequests(run, 2);
        command("signal", run, "--name", "pause", "--input", "{\"by\":\"ada\",\"reason\":\"lunch\"}");
        run.await("pausing");
        WORLD.release("/held/second");
        assertThat(run.await("paused").path("waitingMessage").asString()).isEqualTo("Paused by ada: lunch");
        assertThat(query(run)).contains("\"status\":\"paused\"", "\"pauseReason\":\"operator\"");
        command("signal", run, "--name", "resume", "--input", "{\"by\":\"ada\"}");
        run.await("completed");

        assertThat(run.receipts())
                .allSatisfy(LiveRun::latency)
                .allSatisfy(
                        receipt -> assertThat(receipt.path("door").asString()).isEqualTo("temporal"))
                .extracting(receipt -> receipt.path("by").asString("-"))
                .containsExactly("-", "-", "ada", "ada");
        assertNoTaskFailed(run);
    }

    @Test
    void whatNoDoorKnowsDoesNoHarm() {
        LiveRun run = hanging();

        assertThat(query(run)).contains("\"status\":\"running\"", "\"currentTool\":\"http.request\"");
        assertThat(query(run, "--input", "{\"what\":1}")).contains("\"status\":\"running\"");
        assertThat(workflow("query", run, "--type", "nothing").status()).isNotZero();
        assertThat(workflow("update", "execute", run, "--name", "nothing", "--input", "1")
                        .status())
                .isNotZero();

        command("cancel", run);
        run.await("cancelled");
        assertNoTaskFailed(run);
    }

    @Test
    void aBadSignalLeavesARefusedReceiptAndTheRunLivesOn() {
        LiveRun run = hanging();

        command("signal", run, "--name", "stop");
        command("signal", run, "--name", "pause", "--input", "\"now\"");
        command("signal", run, "--name", "pause", "--input", "{\"by\":7}");
        command("signal", run, "--name", "pause", "--input", "{\"when\":\"now\"}");
        command("signal", run, "--name", "pause", "--input", "{\"receiptId\":\"\\u0000\"}");
        command("signal", run, "--name", "pause", "--input", "now", "--input-meta", "encoding=binary/plain");
        command("signal", run, "--name", "resume", "--input", "{\"extendSteps\":\"many\"}");
        command("signal", run, "--name", "resume", "--input", "{\"extendCredits\":-1}");
        command("signal", run, "--name", "resume", "--input", "{\"extendSteps\":99999999999}");

        assertThat(run.awaitReceipts("pause", 5)).allSatisfy(DoorsIT::isInvalid);
        assertThat(run.awaitReceipts("resume", 3)).allSatisfy(DoorsIT::isInvalid);
        assertThat(run.receipts("unknown"))
                .extracting(receipt -> receipt.path("refusedCode").asString())
                .containsExactly("unknown_signal");
        assertThat(run.status()).isEqualTo("running");
        LiveRun.latency(run.request("cancel?wait=20"));
        assertNoTaskFailed(run);
    }

    private static void isInvalid(JsonNode receipt) {
        assertThat(receipt.path("refusedCode").asString()).as("%s", receipt).isEqualTo("invalid_request");
        assertThat(receipt.path("refusedAt").isNull()).isFalse();
        assertThat(receipt.path("door").asString()).isEqualTo("temporal");
    }

    // --- cancel, terminate, reset ----------------------------------------------------------------------------------

    @Test
    void cancelStopsTheRunningTool() {
        LiveRun run = hanging();

        command("cancel", run);

        assertThat(run.await("cancelled").path("creditsReserved").asLong()).isZero();
        JsonNode receipt = run.receipts("cancel").getFirst();
        assertThat(receipt.path("door").asString()).isEqualTo("temporal");
        LiveRun.latency(receipt);
        Awaitility.await().until(() -> requestsOf(run).allMatch(request -> request.abandoned));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> listed("AgentRunStatus='cancelled' AND ExecutionStatus='Canceled'")
                        .contains(run.id()));
    }

    @Test
    void terminateIsReflectedAndLeavesNothingReserved() {
        LiveRun run = hanging();
        assertThat(run.row().path("creditsReserved").asLong()).isPositive();

        command("terminate", run, "--reason", "enough");

        JsonNode row = run.await(it -> it.path("status").asString().equals("terminated"), REFLECTED);
        assertThat(row.path("stopReason").asString()).isEqualTo("terminated");
        assertThat(row.path("errorMessage").asString()).isEqualTo("Terminated in Temporal: enough");
        assertThat(row.path("creditsReserved").asLong()).isZero();
        assertThat(account().path("reserved").asLong()).isZero();
        assertThat(account().path("available").asLong()).isEqualTo(10_000);
        LiveRun.latency(run.receipts("terminate").getFirst());
        assertThat(run.ask("resume").status()).isEqualTo(409);
        Awaitility.await().until(() -> requestsOf(run).allMatch(request -> request.abandoned));
    }

    @Test
    void theIdOfATerminatedRunIsNotTakenOverBeforeItsEndIsSeen() {
        LiveRun run = hanging();
        List<String> line = new ArrayList<>(List.of("workflow", "start", "--id-conflict-policy", "TerminateExisting"));
        line.addAll(starting(run.id(), "{\"continuation\":{\"nextStep\":2,\"nextPlanIndex\":2}}"));

        succeed(stack.temporal(line.toArray(String[]::new)));

        JsonNode row = run.await(it -> it.path("status").asString().equals("terminated"), REFLECTED);
        assertThat(row.path("stopReason").asString()).isEqualTo("terminated");
        assertThat(row.path("stepCount").asInt()).isEqualTo(1);
        assertThat(row.path("generation").asInt()).isEqualTo(1);
        assertFailed(run.id(), run.id());
        assertThat(run.row()).isEqualTo(row);
        Awaitility.await().until(() -> requestsOf(run).allMatch(request -> request.abandoned));
        assertThat(requestsOf(run)).hasSize(1);
    }

    @Test
    void resetGoesOnUnderTheSameIdAndRepeatsNothingThatIsRecorded() {
        LiveRun run = start(plan(Map.of(), http("/ok"), http("/ok/2"), http("/hang"), http("/ok/4")));
        awaitRequests(run, 3);

        command("reset", run, "--type", "FirstWorkflowTask", "--reason", "once more");

        run.await(row -> row.path("generation").asInt() == 2, REFLECTED);
        awaitRequests(run, 4);
        assertThat(run.status()).isEqualTo("running");
        assertThat(requestsOf(run).map(request -> request.path)).containsExactly("/ok", "/ok/2", "/hang", "/hang");
        assertThat(run.row().path("creditsUsed").asLong()).isEqualTo(20);
        assertThat(run.list("events").stream().map(event -> event.path("type").asString()))
                .containsOnlyOnce("run.reset");
        JsonNode receipt = run.receipts("reset").getFirst();
        assertThat(receipt.path("door").asString()).isEqualTo("temporal");
        LiveRun.latency(receipt);
        command("cancel", run);
        run.await("cancelled");
    }

    @Test
    void anEndedRunGoesOnAfterAReset() {
        LiveRun run = start(plan(Map.of(), http("/ok/a"), http("/ok/b")));
        assertThat(run.await("completed").path("creditsUsed").asLong()).isEqualTo(20);

        command("reset", run, "--type", "FirstWorkflowTask", "--reason", "once more");

        JsonNode again = run.await(
                row -> row.path("generation").asInt() == 2
                        && row.path("status").asString().equals("completed"),
                REFLECTED);
        assertThat(again.path("creditsUsed").asLong()).isEqualTo(20);
        assertThat(again.path("stepCount").asInt()).isEqualTo(2);
        assertThat(requestsOf(run)).hasSize(2);
        assertThat(account().path("settled").asLong()).isEqualTo(20);
    }

    @Test
    void aTerminatedRunGoesOnAfterAReset() {
        LiveRun run = start(plan(Map.of(), http("/ok/a"), delay(60_000)));
        run.await(row -> row.path("stepCount").asInt() == 2, REFLECTED);
        command("terminate", run);
        run.await(row -> row.path("status").asString().equals("terminated"), REFLECTED);

        command("reset", run, "--type", "LastWorkflowTask", "--reason", "it was a mistake");

        JsonNode row = run.await(it -> it.path("status").asString().equals("running"), REFLECTED);
        assertThat(row.path("generation").asInt()).isEqualTo(2);
        assertThat(row.path("stopReason").isNull()).isTrue();
        assertThat(row.path("finishedAt").isNull()).isTrue();
        LiveRun.latency(run.request("cancel?wait=20"));
        assertThat(requestsOf(run)).hasSize(1);
    }
}
