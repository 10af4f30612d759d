package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.LiveRun.time;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Steps that run side by side, on a real Temporal and database, with workers that are killed. */
class ParallelIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How workers are killed amid runs of a lane: what an express call takes leaves its second of time alone. */
    private enum Killing {
        ACTIVITY(new WorkerKiller.Pace(200, 900, 2500), Map.of()),
        EXPRESS(new WorkerKiller.Pace(30, 150, 400), Map.of("lane", "express", "toolTimeoutMs", Map.of("http", 1_000)));

        private final WorkerKiller.Pace pace;
        private final Map<String, Object> limits;

        Killing(WorkerKiller.Pace pace, Map<String, Object> limits) {
            this.pace = pace;
            this.limits = limits;
        }
    }

    private static final String SCRIPT = """
            turns:
              - text: I wait for three at once.
                calls:
                  - {tool: delay, arguments: {ms: 1500}}
                  - {tool: delay, arguments: {ms: 800}}
                  - {tool: delay, arguments: {ms: 100}}
              - text: "They took {{results.0.ms}}, {{results.1.ms}} and {{last.ms}} ms."
            """;

    @TempDir
    static Path scripts;

    private static EffectLedger world;
    private static Stack stack;

    private final long seed = Long.getLong("reins.crash.seed", System.nanoTime());
    private final Stack.User user = stack.newUser("unlimited", 100_000);

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(scripts.resolve("at-once.yaml"), SCRIPT);
        world = EffectLedger.start();
        stack = Stack.start(Map.of("REINS_SCRIPTS", scripts.toString()), "--workers=3");
    }

    @AfterAll
    static void stop() {
        stack.close();
        world.close();
    }

    private LiveRun start(Object... steps) {
        return LiveRun.start(stack, user.rest(), Plans.plan(steps));
    }

    private static Map<String, Object> beside(Map<String, Object> step) {
        return Plans.with(step, "parallel", true);
    }

    private static Map<String, Object> put(String path) {
        return beside(Plans.step("http.request", Map.of("method", "PUT", "url", world.url(path))));
    }

    /** May not be sent twice. */
    private static Map<String, Object> post(String path) {
        return beside(Plans.step("http.request", Map.of("method", "POST", "url", world.url(path))));
    }

    /** Fails without being sent: it refers to what an earlier step did not give. */
    private static Map<String, Object> failing() {
        Map<String, Object> nothing = Map.of("step", 1, "pointer", "/nothing");
        return beside(Plans.step("echo", Map.of("value", Map.of("$from", nothing))));
    }

    private static List<EffectLedger.Entry> requests(LiveRun run) {
        return world.entries().stream()
                .filter(entry -> entry.key.startsWith(run.id() + "/"))
                .toList();
    }

    private static void awaitRequests(LiveRun run, int count) {
        Awaitility.await().atMost(LIMIT).until(() -> requests(run).size() >= count);
    }

    private static List<String> statuses(LiveRun run) {
        return run.toolCalls().stream().map(call -> text(call, "status")).toList();
    }

    @Test
    void delaysThatWouldTakeLongerOneAfterTheOtherOverlap() {
        LiveRun run = start(IntStream.range(0, 8)
                .mapToObj(i -> beside(Plans.delay(300 + i)))
                .toArray());
        run.await("completed");

        List<Map<String, Object>> rows =
                stack.sql("select started_at, finished_at from steps where run_id = ? order by step_number", run.id());
        assertThat(rows).hasSize(8);
        Duration inAll = rows.stream()
                .map(row -> Duration.between(instant(row, "started_at"), instant(row, "finished_at")))
                .reduce(Duration.ZERO, Duration::plus);
        Instant first = rows.stream()
                .map(row -> instant(row, "started_at"))
                .min(Instant::compareTo)
                .orElseThrow();
        Instant last = rows.stream()
                .map(row -> instant(row, "finished_at"))
                .max(Instant::compareTo)
                .orElseThrow();
        System.out.println("ParallelIT: 8 delays of 300 ms: " + inAll.toMillis() + " ms in all, "
                + Duration.between(first, last).toMillis() + " ms from the first to the last");
        assertThat(inAll).isGreaterThanOrEqualTo(Duration.ofMillis(8 * 300));
        assertThat(Duration.between(first, last)).isLessThan(inAll);
        assertThat(run.row().path("stepCount").asInt()).isEqualTo(8);
    }

    private static Instant instant(Map<String, Object> row, String column) {
        return ((Timestamp) row.get(column)).toInstant();
    }

    @Test
    void allOfThemAreUnderWayBeforeAnyIsAnswered() {
        LiveRun run = start(put("/held/all"), put("/held/all"), put("/held/all"), Plans.echo("after"));
        awaitRequests(run, 3);
        assertThat(run.row().path("stepCount").asInt()).isEqualTo(3);
        assertThat(run.row().path("creditsReserved").asLong()).isEqualTo(30);
        assertThat(stack.temporal("workflow", "query", "--workflow-id", run.id(), "--type", "state")
                        .output())
                .contains("\"currentStep\":1")
                .contains("\"currentTool\":\"http.request\"");
        world.release("/held/all");
        assertThat(run.await("completed").path("creditsUsed").asLong()).isEqualTo(30);
        assertThat(requests(run)).hasSize(3);
    }

    @Test
    void aModelHearsOfItsCallsInTheirOrderWhateverEndedFirst() {
        LiveRun run =
                LiveRun.start(stack, user.rest(), Map.of("agentId", agent("at-once", "delay"), "prompt", "Wait."));
        run.await("completed");

        List<JsonNode> calls = run.toolCalls();
        assertThat(calls).hasSize(3);
        assertThat(time(calls.get(2), "startedAt"))
                .isBefore(time(calls.get(0), "startedAt")
                        .plusMillis(calls.get(0).path("durationMs").asLong()));
        assertThat(text(run.messages().getLast().path("content"), "text")).isEqualTo("They took 1500, 800 and 100 ms.");
    }

    private String agent(String script, String tool) {
        JsonNode definition = stack.admin()
                .post(
                        "/api/admin/agent-definitions",
                        Map.of(
                                "name",
                                script + " for " + user.id(),
                                "instructions",
                                "Wait.",
                                "model",
                                Map.of("provider", "scripted", "name", script),
                                "tools",
                                List.of(tool)));
        JsonNode agent = stack.admin()
                .post(
                        "/api/admin/agents",
                        Map.of(
                                "projectId", stack.endpoints().projectId(),
                                "definitionId", text(definition, "id"),
                                "userId", user.id(),
                                "name", script,
                                "enabled", true));
        return text(agent, "id");
    }

    @Test
    void oneThatFailsLetsTheOthersFinishAndBeCharged() {
        LiveRun run = start(Plans.echo("first"), failing(), put("/held/fails"), put("/ok"), Plans.echo("never"));
        awaitRequests(run, 2);
        Awaitility.await().atMost(LIMIT).until(() -> statuses(run).contains("failed"));
        assertThat(run.status()).isEqualTo("running");
        world.release("/held/fails");

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("tool_failed");
        assertThat(statuses(run)).containsExactly("completed", "failed", "completed", "completed");
        assertThat(row.path("creditsUsed").asLong()).isEqualTo(20);
        assertThat(row.path("creditsReserved").asLong()).isZero();
    }

    @Test
    void aPauseLetsThemFinishAndAResumeRepeatsNone() {
        LiveRun run = start(put("/held/pause"), put("/held/pause"), put("/ok"), Plans.echo("after"));
        awaitRequests(run, 3);
        run.request("pause");
        run.await("pausing");
        world.release("/held/pause");
        assertThat(run.await("paused").path("stepCount").asInt()).isEqualTo(3);
        assertThat(statuses(run)).containsOnly("completed");
        run.request("resume");
        run.await("completed");
        assertThat(requests(run)).hasSize(3);
    }

    @Test
    void aCancelReachesAllOfThemAndTheRunGoesOnWithThoseThatWereNotDone() {
        LiveRun run = start(put("/ok/1"), put("/held/cancel"), put("/ok/3"), put("/held/cancel"), Plans.echo("after"));
        awaitRequests(run, 4);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> statuses(run).stream().filter("completed"::equals).count() == 2);
        run.request("cancel?wait=30");
        run.await("cancelled");
        assertThat(statuses(run)).containsExactly("completed", "cancelled", "completed", "cancelled");
        assertThat(run.row().path("creditsUsed").asLong()).isEqualTo(20);

        world.release("/held/cancel");
        LiveRun onward = LiveRun.of(
                stack, user.rest(), run.ask("continue").data().path("id").asString());
        JsonNode row = onward.await("completed");
        assertThat(requests(run)).hasSize(4);
        assertThat(requests(onward)).extracting(entry -> entry.path).containsExactly("/held/cancel", "/held/cancel");
        assertThat(row.path("stepCount").asInt()).isEqualTo(7);
        assertThat(row.path("creditsUsed").asLong()).isEqualTo(40);
    }

    @Test
    void aResetAmongThemSendsNothingAgainThatWasRecordedOrIsInDoubt() {
        LiveRun run = start(put("/ok/1"), post("/held/reset"), post("/ok/3"), Plans.echo("after"));
        awaitRequests(run, 3);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> statuses(run).stream().filter("completed"::equals).count() == 2);

        assertThat(stack.temporal(
                                "workflow",
                                "reset",
                                "--workflow-id",
                                run.id(),
                                "--type",
                                "FirstWorkflowTask",
                                "--reason",
                                "once more")
                        .status())
                .isZero();
        JsonNode row = run.await("paused");
        assertThat(text(row, "pauseReason")).isEqualTo("unknown_outcome");
        assertThat(requests(run)).hasSize(3);
        run.ask("steps/2/resolve", Map.of("outcome", "happened"));
        world.release("/held/reset");
        run.await("completed");
        assertThat(requests(run)).hasSize(3);
        assertThat(run.row().path("creditsUsed").asLong()).isEqualTo(30);
    }

    @ParameterizedTest
    @EnumSource
    void killedWorkersLoseNoneOfThemAndRepeatNoneThatIsRecorded(Killing lane) throws InterruptedException {
        System.out.println("ParallelIT: -Dreins.crash.seed=" + seed);
        int runs = 4;
        int steps = 96;
        int kills = 6;
        SumRuns started = new SumRuns(stack, user.id(), lane.limits);
        Books books = new Books(stack, user.id());
        Set<String> before = world.effects();
        List<String> ids = new ArrayList<>();
        try (WorkerKiller killer = new WorkerKiller(stack, world, new Random(seed), lane.pace)) {
            IntStream.range(0, runs).forEach(run -> ids.add(started.start(sums(steps))));
            killer.kill(kills, before.size() + runs * steps, () -> false, books::assertAgreement);
            assertThat(killer.kills()).isEqualTo(kills);
        }
        started.awaitRest();

        assertThat(ids)
                .allSatisfy(id -> assertThat(text(started.row(id), "status")).isEqualTo("completed"));
        Set<String> effects = world.effects();
        effects.removeAll(before);
        assertThat(effects)
                .isEqualTo(ids.stream()
                        .flatMap(id -> IntStream.rangeClosed(1, steps).mapToObj(step -> id + "/" + step))
                        .collect(Collectors.toSet()));
        assertThat(world.requestsThatDiffer()).isEmpty();
        assertNoRecordedStepWasSentAgain(effects);
        books.assertClosed();
        long express = expressSteps(ids);
        assertThat(express > 0).as("steps of the express lane").isEqualTo(lane == Killing.EXPRESS);
        System.out.println("ParallelIT: " + lane + ": " + express + " of " + effects.size() + " effects, "
                + books.takeovers() + " steps taken over");
    }

    private static long expressSteps(List<String> runs) {
        return (long) stack.sql(ExpressCrashIT.LANES, (Object) runs.toArray(String[]::new))
                .getFirst()
                .get("express");
    }

    /** Twelve at a time, and one by itself between them. */
    private static List<Map<String, Object>> sums(int steps) {
        return IntStream.rangeClosed(1, steps)
                .mapToObj(step -> Plans.with(sum(step), "parallel", step % 12 != 0))
                .toList();
    }

    private static Map<String, Object> sum(int step) {
        return Plans.step(
                "http.request",
                Map.of("method", "PUT", "url", world.url("/add"), "body", Map.of("sum", 0, "value", step)));
    }

    private void assertNoRecordedStepWasSentAgain(Set<String> keys) {
        Map<String, Instant> recorded = stack
                .sql("select run_id || '/' || step_number as key, finished_at from steps where user_id = ?", user.id())
                .stream()
                .collect(Collectors.toMap(row -> (String) row.get("key"), row -> instant(row, "finished_at")));
        Stream<EffectLedger.Entry> sent = world.entries().stream().filter(entry -> keys.contains(entry.key));
        assertThat(sent)
                .allSatisfy(entry -> assertThat(entry.at).as("%s", entry).isBeforeOrEqualTo(recorded.get(entry.key)));
    }

    @Test
    void workersKilledAmongThemLeaveOneInDoubtAndDoTheOthersAgain() {
        LiveRun run = start(put("/held/doubt"), post("/held/doubt"), put("/ok"), Plans.echo("after"));
        awaitRequests(run, 3);
        Awaitility.await().atMost(LIMIT).until(() -> statuses(run).contains("completed"));
        stack.endpoints().pids().workers().forEach(Stack::kill9);
        world.release("/held/doubt");

        JsonNode row = run.await("paused");
        assertThat(text(row, "pauseReason")).isEqualTo("unknown_outcome");
        run.ask("steps/2/resolve", Map.of("outcome", "happened"));
        run.await("completed");
        assertThat(requests(run))
                .filteredOn(entry -> entry.method.equals("POST"))
                .hasSize(1);
        assertThat(requests(run))
                .filteredOn(entry -> entry.key.equals(run.id() + "/3"))
                .hasSize(1);
        assertThat(run.row().path("creditsUsed").asLong()).isEqualTo(30);
    }
}
