package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How soon a request to control a run takes effect, by the receipts' own times, while the run is at something. */
class ControlIT {
    private static final int SAMPLES = 20;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final EffectLedger WORLD = EffectLedger.start();

    private final Stack stack = Stack.shared();
    private RestClient user;

    @BeforeEach
    void newUser() {
        user = stack.newUser("unlimited", 1_000_000).rest();
    }

    @AfterAll
    static void closeWorld() {
        WORLD.close();
    }

    @Test
    void cancelAndResumeReachRunsWhoseRequestHangs() {
        List<LiveRun> runs = hanging(SAMPLES);

        List<JsonNode> pauses = runs.stream().map(run -> run.request("pause")).toList();
        assertThat(runs).allSatisfy(run -> assertThat(run.status()).isEqualTo("pausing"));
        assertThat(pauses).allSatisfy(pause -> assertThat(LiveRun.isOpen(pause)).isTrue());

        Latencies.of("resume of a pausing run", latencies(runs, "resume")).assertWithinTwoSecondsAtP95();
        assertThat(runs)
                .allSatisfy(run -> assertThat(run.receipts("pause"))
                        .extracting(pause -> pause.path("refusedCode").asString())
                        .containsExactly("withdrawn"));

        Latencies.of("cancel while a request hangs", latencies(runs, "cancel")).assertWithinTwoSecondsAtP95();
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.row().path("creditsReserved").asLong()).isZero();
            assertThat(run.status()).isEqualTo("cancelled");
        });
        Latencies.of(
                        "cancel to closed connection",
                        runs.stream().map(this::untilAbandoned).toList())
                .assertWithinTwoSecondsAtP95();
    }

    /** Its own timeout is so short that no missed heartbeat could come before it; cancellation still comes with one. */
    @Test
    void cancelReachesACallThatNoMissedHeartbeatEnds() {
        LiveRun run = LiveRun.start(
                stack, user, Plans.limited(Map.of("toolTimeoutMs", Map.of("http", 10_000)), http(WORLD.url("/hang"))));
        awaitRequests(List.of(run));

        Latencies.of("cancel of a short call", latencies(List.of(run), "cancel"))
                .assertWithinTwoSecondsAtP95();
        assertThat(untilAbandoned(run)).isLessThan(Duration.ofSeconds(2));
    }

    private Duration untilAbandoned(LiveRun run) {
        EffectLedger.Entry request = requestsOf(run).findFirst().orElseThrow();
        Awaitility.await().atMost(SOON).until(() -> request.endedAt != null);
        assertThat(request.abandoned).isTrue();
        return Duration.between(LiveRun.time(run.receipts("cancel").getFirst(), "requestedAt"), request.endedAt);
    }

    @Test
    void pauseTakesEffectWhenTheStepEndsAndResumeAtOnce() {
        List<LiveRun> runs = start(SAMPLES, http(WORLD.url("/held")), http(WORLD.url("/ok")));
        awaitRequests(runs);

        for (LiveRun run : runs) {
            Instant asked = Instant.now();
            run.request("pause");
            assertThat(run.status()).isEqualTo("pausing");
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(2));
        }
        WORLD.release("/held");
        runs.forEach(run -> run.await("paused"));

        Latencies.of(
                        "pause after the step's end",
                        runs.stream()
                                .map(run -> Duration.between(
                                        run.at("step.completed"),
                                        LiveRun.time(run.receipts("pause").getFirst(), "effectiveAt")))
                                .toList())
                .assertWithinTwoSecondsAtP95();
        Latencies.of("resume of a paused run", latencies(runs, "resume")).assertWithinTwoSecondsAtP95();
        runs.forEach(run ->
                assertThat(run.await("completed").path("stepCount").asInt()).isEqualTo(2));
    }

    @Test
    void whoWaitsForASlotIsPausedResumedAndCancelledAtOnce() {
        Map<String, Object> limits =
                Map.of("ratePerMinute", Map.of("default", 1), "maxRateWaitSeconds", SAMPLES * 60 + 120);
        LiveRun.start(stack, user, Map.of("plan", List.of(echo()))).await("completed");
        List<LiveRun> runs = IntStream.range(0, SAMPLES)
                .mapToObj(i -> LiveRun.start(stack, user, Map.of("plan", List.of(echo()), "limits", limits)))
                .toList();
        runs.forEach(ControlIT::awaitSlotWaiting);

        Latencies.of("pause while waiting", latencies(runs, "pause")).assertWithinTwoSecondsAtP95();
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.status()).isEqualTo("paused");
            assertThat(run.row().path("waitingFor").isNull()).isTrue();
        });
        Latencies.of("resume into waiting", latencies(runs, "resume")).assertWithinTwoSecondsAtP95();
        runs.forEach(ControlIT::awaitSlotWaiting);
        Latencies.of("cancel while waiting", latencies(runs, "cancel")).assertWithinTwoSecondsAtP95();
        assertThat(runs).allSatisfy(run -> assertThat(run.toolCalls()).isEmpty());
    }

    @Test
    void aQueuedRunIsPausedBeforeItsFirstStep() {
        LiveRun run;
        stack.endpoints().pids().workers().forEach(pid -> signal("STOP", pid));
        try {
            run = LiveRun.start(stack, user, Map.of("plan", List.of(echo())));
            assertThat(run.status()).isEqualTo("queued");
            run.request("pause");
            assertThat(run.status()).isEqualTo("pausing");
        } finally {
            stack.endpoints().pids().workers().forEach(pid -> signal("CONT", pid));
        }

        assertThat(run.await("paused").path("stepCount").asInt()).isZero();
        assertThat(run.toolCalls()).isEmpty();
        assertThat(run.receipts("pause")).noneMatch(LiveRun::isOpen);
        run.request("resume?wait=20");
        run.await("completed");
    }

    @Test
    void aHundredCrossingVerbsLeaveARunThatCanBeLivedWith() {
        LiveRun run = longRun();

        List<RestClient.Answer> answers = inParallel(run, "pause", "resume");

        assertDefined(run, answers);
        assertThat(run.status()).isIn("running", "paused");
        LiveRun.latency(run.request("pause?wait=20"));
        assertThat(run.status()).isEqualTo("paused");
        LiveRun.latency(run.request("resume?wait=20"));
        int steps = run.row().path("stepCount").asInt();
        run.await(row -> row.path("stepCount").asInt() > steps, SOON);
        LiveRun.latency(run.request("cancel?wait=20"));
        assertThat(run.status()).isEqualTo("cancelled");
        assertThat(run.toolCalls())
                .extracting(call -> call.path("stepNumber").asInt())
                .doesNotHaveDuplicates();
    }

    @Test
    void aHundredCrossingVerbsWithACancelAmongThemEndCancelled() {
        LiveRun run = longRun();

        List<RestClient.Answer> answers = inParallel(run, "pause", "resume", "pause", "resume", "cancel");

        assertThat(run.await("cancelled").path("creditsReserved").asLong()).isZero();
        assertDefined(run, answers);
        assertThat(run.receipts("cancel")).isNotEmpty().allSatisfy(LiveRun::latency);
    }

    @Test
    void waitHoldsTheAnswerUntilTheRequestIsDecidedOrItsTimeIsUp() {
        LiveRun run = hanging(1).getFirst();

        Instant asked = Instant.now();
        RestClient.Answer held = run.ask("pause?wait=1");
        assertThat(Duration.between(asked, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(held.status()).isEqualTo(202);
        assertThat(held.data().path("status").asString()).isEqualTo("pausing");
        assertThat(LiveRun.isOpen(held.data().path("receipt"))).isTrue();

        run.request("resume?wait=20");
        var pausing = CompletableFuture.supplyAsync(() -> run.ask("pause?wait=20"), Thread::startVirtualThread);
        run.await("pausing");
        run.request("resume");
        RestClient.Answer withdrawn = pausing.join();
        assertThat(withdrawn.status()).as("%s", withdrawn.body()).isEqualTo(409);
        assertThat(withdrawn.body().path("receipt").path("refusedCode").asString())
                .isEqualTo("withdrawn");

        assertThat(run.request("cancel?wait=20").path("effectiveAt").isNull()).isFalse();
        assertThat(run.ask("pause?wait=20").status()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"31", "-1", "soon", "1.5"})
    void aWaitThatIsNoneIsRefusedAndChangesNothing(String wait) {
        LiveRun run = hanging(1).getFirst();

        assertThat(run.ask("cancel?wait=" + wait).status()).isEqualTo(400);

        assertThat(run.status()).isEqualTo("running");
        assertThat(run.receipts()).isEmpty();
        run.request("cancel?wait=20");
    }

    /** The verbs in turn, a hundred over REST at once, and some by the command at the same time. */
    private List<RestClient.Answer> inParallel(LiveRun run, String... verbs) {
        List<Thread> commands = Stream.of("pause", "resume", "pause")
                .map(name -> Thread.startVirtualThread(
                        () -> stack.temporal("workflow", "signal", "--workflow-id", run.id(), "--name", name)))
                .toList();
        List<RestClient.Answer> answers = IntStream.range(0, 100)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> run.ask(verbs[i % verbs.length]), Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        Awaitility.await().atMost(SOON).until(() -> commands.stream().noneMatch(Thread::isAlive));
        return answers;
    }

    private static void assertDefined(LiveRun run, List<RestClient.Answer> answers) {
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.status()).as("%s", answer.body()).isIn(202, 409));
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(run.receipts()).noneMatch(LiveRun::isOpen));
        assertThat(run.status()).isNotIn("pausing", "cancelling");
        List<String> receipts = run.receipts().stream()
                .map(receipt -> receipt.path("id").asString())
                .toList();
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 202)
                        .map(answer -> answer.data().path("receipt").path("id").asString()))
                .isSubsetOf(receipts);
    }

    private List<LiveRun> hanging(int count) {
        List<LiveRun> runs = start(count, http(WORLD.url("/hang")));
        awaitRequests(runs);
        return runs;
    }

    private LiveRun longRun() {
        Object[] steps = IntStream.range(0, 400)
                .mapToObj(i -> step("delay", Map.of("ms", 50 + i)))
                .toArray();
        LiveRun run = start(1, steps).getFirst();
        run.await("running");
        return run;
    }

    private List<LiveRun> start(int count, Object... steps) {
        Map<String, Object> body =
                Map.of("plan", List.of(steps), "limits", Map.of("toolTimeoutMs", Map.of("http", 120_000)));
        return IntStream.range(0, count)
                .mapToObj(i -> LiveRun.start(stack, user, body))
                .toList();
    }

    private static void awaitRequests(List<LiveRun> runs) {
        Awaitility.await()
                .atMost(SOON)
                .until(() ->
                        runs.stream().allMatch(run -> requestsOf(run).findAny().isPresent()));
    }

    private static Stream<EffectLedger.Entry> requestsOf(LiveRun run) {
        return WORLD.entries().stream().filter(entry -> entry.key.startsWith(run.id()));
    }

    private static void awaitSlotWaiting(LiveRun run) {
        run.await(row -> Objects.equals(row.path("waitingFor").asString(""), "rate_limit"), SOON);
    }

    private static List<Duration> latencies(List<LiveRun> runs, String verb) {
        return runs.stream()
                .map(run -> LiveRun.latency(run.request(verb + "?wait=20")))
                .toList();
    }

    private static void signal(String name, long pid) {
        assertThat(Stack.CommandResult.of(List.of("kill", "-" + name, Long.toString(pid)))
                        .status())
                .isZero();
    }

    private static Map<String, Object> http(String url) {
        return step("http.request", Map.of("method", "GET", "url", url));
    }

    private static Map<String, Object> echo() {
        return step("echo", Map.of("value", 1));
    }

    private static Map<String, Object> step(String tool, Map<String, Object> params) {
        return Map.of("tool", tool, "description", tool, "params", params);
    }
}
