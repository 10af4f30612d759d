package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.get;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** PostgreSQL and Temporal go away and come back under an api and a worker that stay. */
class OutageIT {
    private static final Duration BACK = Duration.ofSeconds(90);

    private static final EffectLedger WORLD = EffectLedger.start();

    private static OwnBackends backends;
    private static Stack stack;

    @BeforeAll
    static void start() {
        backends = new OwnBackends();
        stack = Stack.start(
                "--address", backends.temporalAddress(), "--database-url", backends.databaseUrl(), "--workers", "1");
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        backends.close();
        WORLD.close();
    }

    private final ProcessLog api = new ProcessLog(stack, "api");

    @BeforeEach
    void startHealthy() {
        backends.startStopped();
        awaitHealth();
    }

    private static void awaitHealth() {
        Awaitility.await()
                .atMost(BACK)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> health().status() == 200);
    }

    private static RestClient.Answer health() {
        return stack.user().call("GET", "/health", null, Map.of());
    }

    private static LiveRun run(Map<String, Object> body) {
        return LiveRun.start(stack, stack.user(), body);
    }

    /** A run whose first step lasts until the path is released, and then does the others. */
    private static LiveRun held(String path, Object... others) {
        List<Object> steps = new ArrayList<>(List.of(get(WORLD.url(path))));
        steps.addAll(List.of(others));
        return performing(limited(Map.of("toolTimeoutMs", Map.of("http", 120_000)), steps));
    }

    private static LiveRun performing(Map<String, Object> body) {
        LiveRun run = run(body);
        Awaitility.await()
                .atMost(BACK)
                .until(() -> run.toolCalls().stream()
                        .anyMatch(call -> text(call, "status").equals("running")));
        return run;
    }

    @Test
    void whatIsAskedWhileTemporalIsAwayIsStoredAndDoneOnceItIsBack() {
        LiveRun toPause = held("/held/pause", echo("after"));
        LiveRun toCancel = performing(plan(delay(120_000)));
        backends.killTemporal();

        RestClient.Answer queued =
                stack.user().call("POST", stack.runs(), plan(echo("late")), Map.of("Idempotency-Key", key()));
        assertThat(queued.status()).as("%s", queued.body()).isEqualTo(201);
        assertThat(text(queued.data(), "status")).isEqualTo("queued");
        assertThat(toPause.ask("pause", Map.of()).status()).isEqualTo(202);
        assertThat(toCancel.ask("cancel", Map.of()).status()).isEqualTo(202);
        WORLD.release("/held/pause");
        assertReadsWork(toPause);
        assertToldFromTheStore(toCancel);
        assertThat(health().status()).isEqualTo(503);
        assertThat(text(health().body(), "temporal")).isEqualTo("down");
        String sentence = temporalIsAway();
        Awaitility.await().atMost(BACK).until(() -> !api.linesWith(sentence).isEmpty());

        backends.startTemporal();
        LiveRun late = LiveRun.of(stack, stack.user(), text(queued.data(), "id"));
        late.await("completed");
        toPause.await("paused");
        toCancel.await("cancelled");
        assertThat(toPause.ask("resume?wait=30", Map.of()).status()).isEqualTo(202);
        toPause.await("completed");
        assertAllEffective(toPause);
        assertThat(toPause.events("run.paused")).hasSize(1);
        assertAllEffective(toCancel);
        assertThat(new TemporalHistory(stack, toCancel.id()).count("EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED"))
                .isEqualTo(1);
        assertThat(late.events("run.started")).hasSize(1);
        assertThat(api.linesWith(sentence)).hasSize(1);
        assertThat(api.linesWith("Temporal at " + backends.temporalAddress() + " is back"))
                .hasSize(1);
        assertNoStackTrace(api);
    }

    private static String temporalIsAway() {
        return "Temporal at " + backends.temporalAddress()
                + " cannot be reached: start it there or correct REINS_TEMPORAL_ADDRESS;";
    }

    private static String postgresIsAway() {
        return "PostgreSQL at " + backends.databaseAddress()
                + " cannot be reached: start it there or correct REINS_DATABASE_URL;";
    }

    private static void assertReadsWork(LiveRun run) {
        Instant asked = Instant.now();
        for (String path : List.of("", "/events", "/receipts", "/tool-calls", "/guard-decisions", "/messages")) {
            assertThat(stack.user()
                            .call("GET", run.path() + path, null, Map.of())
                            .status())
                    .isEqualTo(200);
        }
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(stack.user().call("GET", stack.runs(), null, Map.of()).status())
                .isEqualTo(200);
    }

    private static void assertToldFromTheStore(LiveRun run) {
        Instant asked = Instant.now();
        JsonNode told = stack.user().get(run.path() + "?live=true");
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(text(told, "stateSource")).isEqualTo("store");
        assertThat(text(told, "id")).isEqualTo(run.id());
    }

    private static void assertAllEffective(LiveRun run) {
        assertThat(run.receipts()).isNotEmpty().allSatisfy(receipt -> {
            assertThat(text(receipt, "deliveredAt")).isNotEmpty();
            assertThat(text(receipt, "effectiveAt")).isNotEmpty();
        });
    }

    @Test
    void runsAreReadFromTheStoreWithoutWorkersAndThenWithoutTemporalToo() {
        LiveRun run = held("/held/unattended", echo("after"));
        ProcessHandle worker =
                ProcessHandle.of(stack.endpoints().pids().workers().getFirst()).orElseThrow();
        stack.freezeSupervisor(); // else it starts the worker again
        try {
            worker.destroyForcibly();
            Awaitility.await().until(() -> !worker.isAlive());
            LiveRun queued = run(plan(echo("unattended")));
            for (LiveRun unattended : List.of(run, queued)) {
                assertReadsWork(unattended);
                assertToldFromTheStore(unattended);
            }
            assertThat(health().status()).as("a missing worker is no outage").isEqualTo(200);

            backends.killTemporal();
            for (LiveRun unattended : List.of(run, queued)) {
                assertReadsWork(unattended);
                assertToldFromTheStore(unattended);
            }
            backends.startTemporal();
            stack.thawSupervisor();
            WORLD.release("/held/unattended");
            run.await("completed");
            queued.await("completed");
        } finally {
            stack.thawSupervisor();
        }
    }

    @Test
    void temporalThatHangsHoldsNobodyUp() {
        LiveRun run = held("/held/frozen", echo("after"));
        backends.freezeTemporal();
        try {
            assertToldFromTheStore(run);
            Instant asked = Instant.now();
            LiveRun late = run(plan(echo("late")));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertReadsWork(run);
            backends.thawTemporal();
            late.await("completed");
        } finally {
            backends.thawTemporal();
        }
        WORLD.release("/held/frozen");
        run.await("completed");
        JsonNode live = Awaitility.await()
                .atMost(BACK)
                .until(() -> stack.user().get(run.path() + "?live=true"), told -> told.has("stateSource"));
        assertThat(text(live, "stateSource")).isEqualTo("store"); // an ended run's row is its last word
    }

    @Test
    void withoutPostgresNothingIsStoredAndRunsGoOnOnceItIsBack() {
        LiveRun run = held("/held/postgres", echo("paid", 10), delay(200), echo("last", 10));
        int before = runs();
        String key = key();
        backends.stopDatabase();

        assertUnavailable("POST", stack.runs(), plan(echo("late")), key);
        assertUnavailable("GET", run.path(), null, null);
        assertUnavailable("GET", run.path() + "?live=true", null, null);
        assertUnavailable("POST", run.path() + "/pause", Map.of(), key());
        assertThat(text(health().body(), "database")).isEqualTo("down");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !api.linesWith(postgresIsAway()).isEmpty());
        WORLD.release("/held/postgres"); // its result waits until there is a database

        backends.startDatabase();
        awaitHealth();
        assertThat(runs()).isEqualTo(before);
        RestClient.Answer again =
                stack.user().call("POST", stack.runs(), plan(echo("late")), Map.of("Idempotency-Key", key));
        assertThat(again.status()).as("%s", again.body()).isEqualTo(201);
        LiveRun.of(stack, stack.user(), text(again.data(), "id")).await("completed");
        JsonNode row = run.await("completed");
        assertThat(row.path("stepCount").asInt()).isEqualTo(4);
        assertThat(row.path("creditsUsed").asInt()).isEqualTo(SumRuns.PRICE + 20);
        assertThat(run.receipts()).isEmpty();
        assertThat(runs()).isEqualTo(before + 1);
        assertThat(api.linesWith(postgresIsAway())).hasSize(1);
        assertNoStackTrace(api);
    }

    private static int runs() {
        return stack.admin().get(stack.runs() + "?limit=1").path("totalCount").asInt();
    }

    private static void assertUnavailable(String method, String path, Object body, String key) {
        RestClient.Answer answer =
                stack.user().call(method, path, body, key == null ? Map.of() : Map.of("Idempotency-Key", key));
        assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isEqualTo(503);
        assertThat(text(answer.body(), "code")).isEqualTo("engine_unavailable");
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.response().headers().firstValueAsLong("Retry-After")).isPresent();
        assertThat(answer.body().path("retryAfter").asInt()).isPositive();
    }

    @Test
    void startedWithoutEitherTheySayWhatIsMissingAndGetToWorkAsItComes() {
        LiveRun run = held("/held/both", echo("after"));
        backends.stopDatabase();
        backends.killTemporal();
        ProcessLog restartedApi = new ProcessLog(stack, "api");
        ProcessLog restartedWorker = new ProcessLog(stack, "worker-1");
        Stack.kill9(stack.endpoints().pids().api());
        Stack.kill9(stack.endpoints().pids().workers().getFirst());

        String postgres = postgresIsAway();
        String temporal = temporalIsAway();
        Awaitility.await()
                .atMost(BACK)
                .until(() -> !restartedWorker.linesWith(postgres).isEmpty()
                        && !restartedApi.linesWith(postgres).isEmpty()
                        && !restartedApi.linesWith(temporal).isEmpty());
        Awaitility.await()
                .atMost(BACK)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertUnavailable("POST", stack.runs(), plan(echo("too early")), null));

        backends.startDatabase();
        RestClient.Answer queued = Awaitility.await()
                .atMost(BACK)
                .until(
                        () -> stack.user().call("POST", stack.runs(), plan(echo("early")), Map.of()),
                        answer -> answer.status() != 503);
        assertThat(queued.status()).isEqualTo(201);
        Awaitility.await()
                .atMost(BACK)
                .until(() -> !restartedWorker.linesWith(temporal).isEmpty());

        backends.startTemporal();
        LiveRun.of(stack, stack.user(), text(queued.data(), "id")).await("completed");
        WORLD.release("/held/both");
        run.await("completed");
        assertThat(restartedApi.linesWith(postgres)).hasSize(1);
        assertThat(restartedApi.linesWith(temporal)).hasSize(1);
        assertNoStackTrace(restartedApi);
        assertNoStackTrace(restartedWorker);
    }

    @Test
    void launcherNamesTheAddressWhereNothingAnswers() {
        String nowhere = "127.0.0.1:" + Ports.free();
        assertRefusesToStart(
                "reins: No Temporal answers as it should at " + nowhere + " (",
                "--address=" + nowhere,
                "--database-url=" + backends.databaseUrl());
        assertRefusesToStart(
                "reins: No PostgreSQL at " + nowhere,
                "--address=" + backends.temporalAddress(),
                "--database-url=postgresql://reins:secret@" + nowhere + "/reins");
    }

    private static void assertRefusesToStart(String sentence, String... options) {
        try (LaunchedReins reins = LaunchedReins.launch("up", stack.home().resolve("other"), Map.of(), options)) {
            assertThat(reins.awaitEnd(Duration.ofSeconds(90))).isEqualTo(1);
            assertThat(reins.output()).contains(sentence).doesNotContain("\tat ", "secret");
        }
    }

    private static void assertNoStackTrace(ProcessLog log) {
        assertThat(log.linesWith("\tat ")).as(log::text).isEmpty();
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
