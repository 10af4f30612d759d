package dev.reins.api;

import static dev.reins.api.World.PLAN;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi.Answer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
    private static final String HEADER = "Idempotency-Key";
    private static RunningApi api;
    private static World world;
    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void givesTheSameAnswerAgain() {
        Answer first = api.post(world.alice, RUNS, PLAN, HEADER, key);
        Answer second = api.post(world.alice, RUNS, PLAN, HEADER, key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.response().body()).isEqualTo(first.response().body());
        assertThat(second.header("Location"))
                .isEqualTo(first.header("Location"))
                .startsWith(RUNS + "/run-");
        assertThat(second.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void refusesTheKeyForAnotherBody() {
        api.post(world.alice, RUNS, PLAN, HEADER, key);

        Answer other = api.post(world.alice, RUNS, PLAN + " ", HEADER, key);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("key_reused");
    }

    @Test
    void refusesTheKeyForAnotherPath() {
        String run = World.run(api, world.alice);
        api.post(world.alice, RUNS + "/" + run + "/pause", "", HEADER, key);

        assertThat(api.post(world.alice, RUNS + "/" + run + "/cancel", "", HEADER, key)
                        .code())
                .isEqualTo("key_reused");
    }

    @Test
    void keepsTheKeysOfEachCallerApart() {
        String alices =
                api.post(world.alice, RUNS, PLAN, HEADER, key).data().get("id").asString();
        Answer bobs = api.post(world.bob, RUNS, PLAN, HEADER, key);

        assertThat(bobs.status()).isEqualTo(201);
        assertThat(bobs.data().get("id").asString()).isNotEqualTo(alices);
    }

    @Test
    void givesTheSameRefusalAgainAlthoughTheRequestCouldNowBeGranted() {
        String resume = RUNS + "/" + World.run(api, world.alice) + "/resume";
        Answer refused = api.post(world.alice, resume, "", HEADER, key);
        api.post(world.alice, resume.replace("/resume", "/pause"), "");

        Answer again = api.post(world.alice, resume, "", HEADER, key);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("run_state");
        assertThat(refused.header("Idempotency-Replayed")).isEmpty();
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(again.response().body()).isEqualTo(refused.response().body());
        assertThat(api.post(world.alice, resume, "", HEADER, key + "-other").status())
                .isEqualTo(202);
    }

    @Test
    void keepsARefusalToStart() {
        String capped = PLAN.replaceFirst("}$", ", \"limits\": {\"maxCredits\": 1001}}");
        Answer refused = api.post(world.alice, RUNS, capped, HEADER, key);

        assertThat(refused.code()).isEqualTo("limit_above_cap");
        assertThat(api.post(world.alice, RUNS, capped, HEADER, key).header("Idempotency-Replayed"))
                .isEqualTo("true");
    }

    @Test
    void takesOneKeyForOneRequest() {
        Answer answer = api.post(world.alice, RUNS, PLAN, HEADER, key, HEADER, key + "-other");

        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(HEADER);
    }

    @Test
    void forgetsAKeyWhoseRequestWasMalformed() {
        assertThat(api.post(world.alice, RUNS, "{}", HEADER, key).status()).isEqualTo(400);

        assertThat(api.post(world.alice, RUNS, PLAN, HEADER, key).status()).isEqualTo(201);
    }

    @Test
    void doesNotControlTwice() {
        String run = World.run(api, world.alice);
        String pause = RUNS + "/" + run + "/pause";
        String resume = RUNS + "/" + run + "/resume";
        Answer first = api.post(world.alice, pause, "", HEADER, key);
        api.post(world.alice, resume, "");

        Answer again = api.post(world.alice, pause, "", HEADER, key);

        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(api.get(world.alice, RUNS + "/" + run).data().get("status").asString())
                .isNotEqualTo("pausing");
    }

    @Test
    void isInFlightWhileTheAnswerIsHeldAndThenGivesTheFinalAnswer() {
        String run = World.run(api, world.alice);
        String pause = RUNS + "/" + run + "/pause";
        CompletableFuture<Answer> held =
                CompletableFuture.supplyAsync(() -> api.post(world.alice, pause + "?wait=20", "", HEADER, key));
        await().until(() -> api.get(world.alice, RUNS + "/" + run)
                .data()
                .get("status")
                .asString()
                .equals("pausing"));

        Answer meanwhile = api.post(world.alice, pause + "?wait=20", "", HEADER, key);
        api.post(world.alice, RUNS + "/" + run + "/resume", "");

        assertThat(meanwhile.status()).isEqualTo(409);
        assertThat(meanwhile.code()).isEqualTo("key_in_flight");
        assertThat(held.join().status()).isEqualTo(409);
        Answer later = api.post(world.alice, pause + "?wait=20", "", HEADER, key);
        assertThat(later.response().body()).isEqualTo(held.join().response().body());
        assertThat(later.header("Content-Type")).isEqualTo("application/problem+json");
    }
}
