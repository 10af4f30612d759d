package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.assertNoRoom;
import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.limited;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.rest.RestClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a run may spend: its own limit, its warnings, its user's balance and its user's tier. */
class SpendingIT {
    private static final Stack STACK = Stack.shared();

    private static LiveRun start(Stack.User user, Map<String, Object> body) {
        return LiveRun.start(STACK, user.rest(), body);
    }

    @Test
    void runPausesAtItsCostLimitWarnsOnTheWayAndGoesOnWhenItIsRaised() {
        Stack.User user = STACK.newUser("pro", 100_000);
        LiveRun run = start(
                user,
                limited(
                        Map.of(),
                        IntStream.rangeClosed(1, 11)
                                .mapToObj(n -> echo(n, n == 11 ? 500 : 1000))
                                .toList()));

        JsonNode paused = run.await("paused");
        assertThat(text(paused, "pauseReason")).isEqualTo("cost_limit");
        assertThat(text(paused, "waitingMessage"))
                .isEqualTo("Task would use 10,500 credits total, exceeding per-task limit of 10,000");
        assertThat(text(paused, "costLevel")).isEqualTo("critical");
        assertThat(paused.path("creditsUsed").asLong()).isEqualTo(10_000);
        assertLevels(run, "Warning: Approaching cost limit (80% of limit)", 8);
        assertThat(run.events("cost.critical")).singleElement().satisfies(event -> {
            assertThat(text(event.path("data"), "message")).isEqualTo("CRITICAL: Near cost limit! (100% of limit)");
            assertThat(event.path("stepNumber").asInt()).isEqualTo(10);
        });

        assertNoRoom(run.ask("resume", Map.of()), 0, 500);
        RestClient.Answer own = run.ask("resume", Map.of("extendCredits", 500));
        assertThat(own.status()).isEqualTo(422);
        assertThat(text(own.body(), "code")).isEqualTo("limit_above_cap");
        assertThat(run.askAs(STACK.admin(), "resume", Map.of("extendCredits", 500))
                        .status())
                .isEqualTo(202);
        JsonNode done = run.await("completed");
        assertThat(done.path("creditsUsed").asLong()).isEqualTo(10_500);
        assertThat(done.path("maxCredits").asLong()).isEqualTo(10_500);
        assertThat(run.events("cost.warning")).hasSize(1);
        assertThat(run.events("cost.critical")).hasSize(1);
    }

    private static void assertLevels(LiveRun run, String warning, int step) {
        assertThat(run.events("cost.warning")).singleElement().satisfies(event -> {
            assertThat(text(event.path("data"), "message")).isEqualTo(warning);
            assertThat(event.path("stepNumber").asInt()).isEqualTo(step);
        });
    }

    @Test
    void stepThatJumpsPastBothLevelsSendsTheSecondAlone() {
        Stack.User user = STACK.newUser("pro", 1_000);
        LiveRun run = start(user, limited(Map.of("maxCredits", 100), echo(1, 96)));

        run.await("completed");
        assertThat(run.events("cost.warning")).isEmpty();
        assertThat(run.events("cost.critical"))
                .singleElement()
                .satisfies(event -> assertThat(text(event.path("data"), "message"))
                        .isEqualTo("CRITICAL: Near cost limit! (96% of limit)"));
    }

    @Test
    void runPausesWhenItsUserHasTooLittleAndGoesOnAfterAGrant() {
        Stack.User user = STACK.newUser("pro", 150);
        LiveRun run = start(user, plan(echo(1, 100), echo(2, 100)));

        JsonNode paused = run.await("paused");
        assertThat(text(paused, "pauseReason")).isEqualTo("insufficient_credits");
        assertThat(text(paused, "waitingMessage")).isEqualTo("Step would use 100 credits, but only 50 are available");
        assertNoRoom(run.ask("resume", Map.of()), 0, 50);

        STACK.admin().post("/api/admin/users/" + user.id() + "/credits", Map.of("amount", 50, "reason", "for a test"));
        assertThat(run.ask("resume", Map.of()).status()).isEqualTo(202);
        run.await("completed");
        JsonNode credits = STACK.admin().get("/api/admin/users/" + user.id() + "/credits");
        assertThat(credits.path("settled").asInt()).isEqualTo(200);
        assertThat(credits.path("available").asInt()).isZero();
        assertThat(credits.path("reserved").asInt()).isZero();
    }

    @Test
    void freeUsersRunIsCappedByItsTier() {
        Stack.User user = STACK.newUser("free", 10_000);
        LiveRun run = start(user, plan(echo(1, 900), echo(2, 200)));

        JsonNode paused = run.await("paused");
        assertThat(paused.path("maxCredits").asInt()).isEqualTo(1_000);
        assertThat(text(paused, "waitingMessage"))
                .isEqualTo("Task would use 1,100 credits total, exceeding per-task limit of 1,000");
        JsonNode decision = run.decisions().getLast();
        assertThat(text(decision, "guard")).isEqualTo("run_cost");
        assertThat(text(decision, "limitSource")).isEqualTo("tier");
        assertThat(decision.path("limit").asInt()).isEqualTo(1_000);
        assertThat(decision.path("observed").asInt()).isEqualTo(1_100);
        assertThat(decision.path("remaining").asInt()).isEqualTo(100);
        assertThat(text(decision, "verdict")).isEqualTo("paused");
        assertThat(text(decision, "reason")).isEqualTo(text(paused, "waitingMessage"));
    }

    @Test
    void limitAboveTheTiersCapIsRefusedAndNothingStarts() {
        Stack.User user = STACK.newUser("free", 10_000);
        assertAboveCap(user, Map.of("maxCredits", 1_001), "/limits/maxCredits");
        assertAboveCap(user, Map.of("ratePerMinute", Map.of("browser", 11)), "/limits/ratePerMinute/browser");
        assertAboveCap(user, Map.of("maxSteps", 501), "/limits/maxSteps");
        assertThat(STACK.sql("select id from runs where user_id = ?", user.id()))
                .isEmpty();
    }

    private static void assertAboveCap(Stack.User user, Map<String, Object> limits, String pointer) {
        RestClient.Answer answer = user.rest().call("POST", STACK.runs(), limited(limits, echo(1)), Map.of());
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(422);
        assertThat(text(answer.body(), "code")).isEqualTo("limit_above_cap");
        assertThat(answer.body().path("errors").valueStream().toList())
                .extracting(error -> text(error, "pointer"))
                .isEqualTo(List.of(pointer));
    }
}
