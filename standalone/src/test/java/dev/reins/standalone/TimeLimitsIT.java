package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.delay;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.get;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How long a step and a run may take. The run that has to wait a minute for its slot is started before all tests. */
class TimeLimitsIT {
    private static final Stack STACK = Stack.shared();
    private static final EffectLedger WORLD = EffectLedger.start();
    private static LiveRun waitingAMinute;

    @BeforeAll
    static void startWaiting() {
        Map<String, Object> limits = Map.of("timeoutSeconds", 20, "ratePerMinute", Map.of("default", 1));
        waitingAMinute = start(limited(limits, echo(1), echo(2)));
    }

    @AfterAll
    static void closeWorld() {
        WORLD.close();
    }

    private static LiveRun start(Map<String, Object> body) {
        return LiveRun.start(STACK, STACK.newUser("pro", 10_000).rest(), body);
    }

    @Test
    void idempotentCallThatHangsIsAbortedAndTriedAgainAndThenFailsItsRun() {
        LiveRun run = start(limited(
                Map.of("toolTimeoutMs", Map.of("http", 1_500)), get(WORLD.url("/hang/idempotent")), echo("never")));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("tool_failed");
        assertThat(text(row, "errorMessage")).isEqualTo("Operation http.request timed out after 1500ms");
        assertThat(WORLD.entries())
                .filteredOn(entry -> entry.path.equals("/hang/idempotent"))
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.key).isEqualTo(run.id() + "/1"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> WORLD.entries().stream()
                        .filter(entry -> entry.path.equals("/hang/idempotent"))
                        .allMatch(entry -> entry.abandoned));
        JsonNode call = run.toolCalls().getFirst();
        assertThat(text(call, "status")).isEqualTo("timed_out");
        assertThat(text(call, "errorMessage")).isEqualTo("Operation http.request timed out after 1500ms");
        assertThat(call.path("attempt").asInt()).isEqualTo(3);
        assertThat(call.path("credits").asLong()).isZero();
        JsonNode decision = run.decisions().getLast();
        assertThat(text(decision, "guard")).isEqualTo("timeout");
        assertThat(decision.path("limit").asInt()).isEqualTo(1_500);
        assertThat(text(decision, "limitSource")).isEqualTo("run");
        assertThat(text(decision, "verdict")).isEqualTo("failed");
    }

    @Test
    void stepThatTimesOutMayBePassedOver() {
        LiveRun run = start(limited(
                Map.of("toolTimeoutMs", Map.of("default", 500)),
                with(delay(60_000), "onError", "continue"),
                echo("after it")));

        run.await("completed");
        assertThat(run.toolCalls()).extracting(call -> text(call, "status")).containsExactly("timed_out", "completed");
        assertThat(text(run.toolCalls().getFirst(), "errorMessage")).isEqualTo("Operation delay timed out after 500ms");
    }

    @Test
    void stepThatTimesOutMayPauseItsRunAndBeRepeated() {
        LiveRun run = start(limited(
                Map.of("toolTimeoutMs", Map.of("http", 500)),
                with(get(WORLD.url("/hang/paused")), "onError", "pause"),
                echo("after it")));

        JsonNode paused = run.await("paused");
        assertThat(text(paused, "pauseReason")).isEqualTo("step_failed");
        assertThat(text(paused, "waitingMessage")).isEqualTo("Operation http.request timed out after 500ms");
        assertThat(run.ask("steps/1/resolve", Map.of("outcome", "retry")).status())
                .isEqualTo(202);
        run.await(row -> run.events("run.paused").size() == 2, "paused again");
        assertThat(run.ask("resume", Map.of()).status()).isEqualTo(202);
        assertThat(run.await("completed").path("stepCount").asInt()).isEqualTo(2);
    }

    @Test
    void runEndsWhenItsActiveTimeIsUp() {
        LiveRun run = start(limited(Map.of("timeoutSeconds", 5), delay(2_000), delay(4_000), delay(4_001)));

        JsonNode row = run.await("failed");
        assertThat(text(row, "stopReason")).isEqualTo("timeout");
        assertThat(text(row, "errorMessage")).isEqualTo("Run timed out after 5s of active time");
        assertThat(row.path("activeMs").asLong()).isBetween(4_500L, 20_000L);
        assertThat(text(run.toolCalls().getFirst(), "status")).isEqualTo("completed");
        assertThat(run.toolCalls()).noneMatch(call -> text(call, "status").equals("running"));
    }

    @Test
    void pausedTimeDoesNotCount() {
        LiveRun run = start(limited(Map.of("timeoutSeconds", 6, "maxSteps", 1), delay(500), delay(501)));

        run.await("paused");
        run.await(row -> row.path("pausedMs").asLong() > 7_000, "long enough paused");
        assertThat(run.ask("resume", Map.of("extendSteps", 1)).status()).isEqualTo(202);
        JsonNode row = run.await("completed");
        assertThat(row.path("activeMs").asLong()).isBetween(1_000L, 6_000L);
        assertThat(row.path("durationMs").asLong()).isGreaterThan(8_000L);
    }

    @Test
    void waitingTimeDoesNotCount() {
        JsonNode row = waitingAMinute.await("completed");

        assertThat(row.path("waitingMs").asLong()).isBetween(45_000L, 75_000L);
        assertThat(row.path("activeMs").asLong()).isLessThan(20_000L);
        assertThat(row.path("waitingFor").isNull()).isTrue();
        assertThat(waitingAMinute.events("guard.waiting")).hasSize(1);
    }
}
