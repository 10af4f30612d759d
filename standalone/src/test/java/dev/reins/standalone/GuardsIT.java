package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.assertNoRoom;
import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.get;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.plan;
import static dev.reins.standalone.Plans.step;
import static dev.reins.standalone.Plans.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each guard from the request to what REST then says of it: verdicts, exact messages, events, decisions. */
class GuardsIT {
    private static final Stack STACK = Stack.shared();
    private static final EffectLedger WORLD = EffectLedger.start();

    @AfterAll
    static void closeWorld() {
        WORLD.close();
    }

    private final Stack.User user = STACK.newUser("pro", 100_000);

    private LiveRun start(Map<String, Object> body) {
        return LiveRun.start(STACK, user.rest(), body);
    }

    // Loop

    @Test
    void plannedRunIsStoppedBeforeTheFifthIdenticalCall() {
        Map<String, Object> call = get(WORLD.url("/ok/planned-loop"));
        LiveRun run = start(plan(call, call, call, call, call, call));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("doom_loop");
        assertThat(text(row, "errorMessage"))
                .isEqualTo("Loop detected: http.request with the same arguments, 5 times in a row");
        assertThat(row.path("stepCount").asInt()).isEqualTo(4);
        assertThat(requests("/ok/planned-loop")).isEqualTo(4);
        assertThat(run.events("loop.warning")).singleElement().satisfies(warning -> {
            assertThat(warning.path("stepNumber").asInt()).isEqualTo(3);
            assertThat(text(warning.path("data"), "message"))
                    .isEqualTo("Loop warning: http.request with the same arguments, 3 times in a row."
                            + " The run is stopped before the 5th");
        });
        assertThat(verdicts(run))
                .containsExactly("null admitted", "null admitted", "loop warned", "null admitted", "loop failed");
    }

    @Test
    void cycleOfTwoIsStoppedBeforeTheLastCallOfItsFifthRepetition() {
        List<Map<String, Object>> steps = new ArrayList<>();
        IntStream.range(0, 6).forEach(round -> steps.addAll(List.of(echo("tick"), echo("tock"))));
        LiveRun run = start(limited(Map.of(), steps));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("doom_loop");
        assertThat(row.path("stepCount").asInt()).isEqualTo(9);
        assertThat(text(row, "errorMessage")).isEqualTo("Loop detected: the same cycle of 2 calls, 5 times in a row");
    }

    @Test
    void agenticRunIsWarnedAndThenStoppedBeforeTheFifthIdenticalCall() {
        RestClient admin = STACK.admin();
        JsonNode definition = admin.post(
                "/api/admin/agent-definitions",
                Map.of(
                        "name",
                        "looper for " + user.id(),
                        "instructions",
                        "Tracker: " + WORLD.url(""),
                        "model",
                        Map.of("provider", "scripted", "name", "looper"),
                        "tools",
                        List.of("http.request")));
        JsonNode agent = admin.post(
                "/api/admin/agents",
                Map.of(
                        "projectId", STACK.endpoints().projectId(),
                        "definitionId", text(definition, "id"),
                        "userId", user.id(),
                        "name", "looper",
                        "enabled", true));
        LiveRun run = start(Map.of("agentId", text(agent, "id"), "prompt", "Look."));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("doom_loop");
        assertThat(requests("/issues")).isEqualTo(4);
        assertThat(run.toolCalls()).hasSize(4);
        assertThat(run.messages())
                .filteredOn(message -> text(message.path("content"), "text").startsWith("Loop warning: "))
                .singleElement()
                .satisfies(message -> assertThat(text(message, "role")).isEqualTo("system"));
    }

    // Steps

    @Test
    void runPausedAtItsStepLimitReallyResumesWithMoreSteps() {
        LiveRun run = start(limited(Map.of("maxSteps", 2), echo(1), echo(2), echo(3), echo(4)));

        JsonNode paused = run.await("paused");
        assertThat(text(paused, "pauseReason")).isEqualTo("step_limit");
        assertThat(text(paused, "waitingMessage"))
                .isEqualTo("Step limit reached: step 3 would exceed the limit of 2 steps");
        assertThat(paused.path("stepCount").asInt()).isEqualTo(2);
        assertNoRoom(run.ask("resume", Map.of()), 1, 0);

        RestClient.Answer resumed = run.ask("resume?wait=20", Map.of("extendSteps", 2));
        assertThat(resumed.status()).as("%s", resumed.body()).isEqualTo(202);
        assertThat(resumed.data().path("progress").path("maxSteps").asInt()).isEqualTo(4);
        assertThat(resumed.data().path("receipt").path("effectiveAt").isNull()).isFalse();
        assertThat(run.await("completed").path("stepCount").asInt()).isEqualTo(4);
    }

    @Test
    void runThatIsToFailAtItsLimitFails() {
        LiveRun run = start(limited(Map.of("maxSteps", 1, "onLimit", "fail"), echo(1), echo(2)));

        assertDenied(run, "Step limit reached: step 2 would exceed the limit of 1 steps");
    }

    // Rate

    @Test
    void rateLimitThatIsToFailIsRefusedAtOnce() {
        LiveRun run =
                start(limited(Map.of("ratePerMinute", Map.of("default", 1), "onRateLimit", "fail"), echo(1), echo(2)));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("guard_denied");
        assertThat(text(row, "errorMessage"))
                .matches("Execution guard failed: Rate limit exceeded for default\\."
                        + " Limit: 1 calls per minute\\. Try again in (5\\d|6[01])s");
        assertThat(text(run.toolCalls().get(1), "status")).isEqualTo("refused");
        assertThat(run.events("guard.refused")).hasSize(1);
    }

    @Test
    void slotBeyondTheLongestWaitIsRefusedAtOnceAndTakesNoPlace() {
        Map<String, Object> limits = Map.of("ratePerMinute", Map.of("default", 1), "maxRateWaitSeconds", 5);
        LiveRun run = start(limited(limits, echo(1), echo(2)));

        assertThat(text(run.await("failed"), "stopReason")).isEqualTo("guard_denied");
        assertThat(STACK.sql("select place from rate_places where run_id = ?", run.id()))
                .isEmpty();
    }

    @Test
    void waitForASlotIsVisibleAndEndsAtOnceWithACancel() {
        LiveRun run = start(limited(Map.of("ratePerMinute", Map.of("default", 1)), echo(1), echo(2)));

        JsonNode row = run.await(waiting -> text(waiting, "waitingFor").equals("rate_limit"), "waiting for a slot");
        assertThat(text(row, "status")).isEqualTo("running");
        assertThat(row.path("stepCount").asInt()).isEqualTo(1);
        assertThat(text(row, "waitingMessage"))
                .matches("Rate limit exceeded for default\\. Limit: 1 calls per minute\\. Try again in (5\\d|6[01])s");
        assertThat(text(row, "waitingUntil")).isNotEmpty();
        assertThat(run.events("guard.waiting")).hasSize(1);
        JsonNode decision = run.decisions().getLast();
        assertThat(text(decision, "guard")).isEqualTo("rate");
        assertThat(text(decision, "verdict")).isEqualTo("waiting");
        assertThat(decision.path("limit").asInt()).isEqualTo(1);
        assertThat(text(decision, "limitSource")).isEqualTo("run");
        assertThat(decision.path("observed").asInt()).isEqualTo(1);
        assertThat(decision.path("remaining").asInt()).isZero();
        assertThat(decision.path("waitMs").asLong()).isBetween(50_000L, 60_200L);
        assertThat(text(decision, "resetAt")).isEqualTo(text(row, "waitingUntil"));

        RestClient.Answer cancelled = run.ask("cancel?wait=20", Map.of());
        assertThat(text(cancelled.data(), "status")).as("%s", cancelled.body()).isEqualTo("cancelled");
        assertThat(STACK.sql("select place from rate_places where run_id = ?", run.id()))
                .isEmpty();
    }

    // Cost of a step

    @Test
    void tooExpensiveStepIsRefusedAndFailsItsRun() {
        LiveRun run = start(plan(echo(1), echo(2, 1500)));

        assertDenied(run, "Step would use 1500 credits, exceeding per-step limit of 1000");
        JsonNode call = run.toolCalls().getLast();
        assertThat(text(call, "status")).isEqualTo("refused");
        assertThat(text(call, "errorMessage"))
                .isEqualTo("Execution guard failed: Step would use 1500 credits, exceeding per-step limit of 1000");
        assertThat(call.path("credits").asLong()).isZero();
    }

    @Test
    void refusedStepMayBePassedOver() {
        LiveRun run = start(plan(with(echo(1, 1500), "onError", "continue"), echo(2)));

        JsonNode row = run.await("completed");
        assertThat(row.path("stepCount").asInt()).isEqualTo(2);
        assertThat(run.toolCalls()).extracting(call -> text(call, "status")).containsExactly("refused", "completed");
    }

    @Test
    void refusedStepMayPauseItsRunWhichThenGoesOnWithTheNext() {
        LiveRun run = start(plan(with(echo(1, 1500), "onError", "pause"), echo(2)));

        JsonNode paused = run.await("paused");
        assertThat(text(paused, "pauseReason")).isEqualTo("step_failed");
        assertThat(text(paused, "waitingMessage"))
                .isEqualTo("Execution guard failed: Step would use 1500 credits, exceeding per-step limit of 1000");
        assertThat(run.ask("resume", Map.of()).status()).isEqualTo(202);
        run.await("completed");
        assertThat(run.toolCalls()).extracting(call -> text(call, "status")).containsExactly("refused", "completed");
    }

    // References

    @Test
    void stepTakesValuesFromTheOutputOfAnEarlierOne() {
        Map<String, Object> reference = Map.of("$from", Map.of("step", 1, "pointer", "/value/list/1"));
        LiveRun run = start(plan(
                echo(Map.of("list", List.of("a", Map.of("b", 7)))),
                step("echo", Map.of("value", Map.of("taken", reference, "own", true)))));

        run.await("completed");
        JsonNode output = run.toolCalls().getLast().path("output").path("value");
        assertThat(output.path("taken").path("b").asInt()).isEqualTo(7);
        assertThat(output.path("own").asBoolean()).isTrue();
    }

    private static void assertDenied(LiveRun run, String reason) {
        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("guard_denied");
        assertThat(text(row, "errorMessage")).isEqualTo("Execution guard failed: " + reason);
    }

    private static List<String> verdicts(LiveRun run) {
        return run.decisions().stream()
                .map(decision -> decision.path("guard").asString("null") + " " + text(decision, "verdict"))
                .toList();
    }

    private static long requests(String path) {
        return WORLD.entries().stream().filter(entry -> entry.path.equals(path)).count();
    }
}
