package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContinueTest {
    private static final AtomicInteger KEYS = new AtomicInteger();
    private static RunningApi api;
    private static World world;
    private String planned;

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
    void run() {
        planned = World.run(api, world.alice);
    }

    /** As a run leaves its rows that did so many steps for so many credits, the last in vain. */
    private static void end(String run, int steps, long credits) {
        api.database.jdbc().sql("""
                        insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest,
                            call_digest, input, estimate, claims)
                        select :run, number, 'tool', 'echo', 'default', 'alice', 1, 'failed', '', '', '{}', 0, 1
                        from generate_series(1, :steps) as number""").param("run", run).param("steps", steps).update();
        api.database
                .jdbc()
                .sql("""
                        update runs set status = 'failed', stop_reason = 'tool_failed', finished_at = clock_timestamp(),
                            step_count = :steps, credits_used = :credits
                        where id = :run""")
                .param("run", run)
                .param("steps", steps)
                .param("credits", credits)
                .update();
    }

    private static String agentic() {
        Answer started = api.post(world.alice, RUNS, "{\"agentId\": \"" + world.agentId + "\", \"prompt\": \"hello\"}");
        assertThat(started.status()).isEqualTo(201);
        return started.data().get("id").asString();
    }

    private static Answer goOn(String key, String run, String body, String... headers) {
        return api.post(key, RUNS + "/" + run + "/continue", body.replace('\'', '"'), headers);
    }

    @Test
    void endedRunGoesOnAsANewOneThatInheritsItsStepsAndSpend() {
        end(planned, 3, 40);

        Answer answer = goOn(world.alice, planned, "{'limits': {'maxSteps': 9}}");

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        String id = answer.data().get("id").asString();
        assertThat(id).isNotEqualTo(planned);
        assertThat(answer.header("Location")).isEqualTo(RUNS + "/" + id);
        assertThat(answer.data().get("resumedFrom").asString()).isEqualTo(planned);
        assertThat(answer.data().get("status").asString()).isEqualTo("queued");
        assertThat(answer.data().get("stepCount").asInt()).isEqualTo(3);
        assertThat(answer.data().get("creditsUsed").asInt()).isEqualTo(40);
        assertThat(answer.data().get("maxSteps").asInt()).isEqualTo(9);
        assertThat(answer.data().get("maxCredits").asInt()).isEqualTo(1000);
        assertThat(api.get(world.alice, RUNS + "/" + id + "/events")
                        .json()
                        .at("/data/0/data/resumedFrom")
                        .asString())
                .isEqualTo(planned);
    }

    @Test
    void bodyMayBeAbsent() {
        end(planned, 0, 0);

        assertThat(goOn(world.alice, planned, "").status()).isEqualTo(201);
    }

    @Test
    void agenticRunTakesAPromptAndTheDefinitionAsItIsNow() {
        String run = agentic();
        end(run, 2, 5);
        api.send(
                "PATCH",
                ADMIN_KEY,
                "/api/admin/agent-definitions/" + world.definitionId,
                BodyPublishers.ofString("{\"maxSteps\": 44}"));

        Answer answer = goOn(world.alice, run, "{'prompt': 'Once more.'}");

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.data().get("agentId").asString()).isEqualTo(world.agentId);
        assertThat(answer.data().get("maxSteps").asInt()).isEqualTo(44);
        assertThat(answer.data().get("definitionVersion").asInt())
                .isGreaterThan(api.get(world.alice, RUNS + "/" + run)
                        .data()
                        .get("definitionVersion")
                        .asInt());
        String messages = RUNS + "/" + answer.data().get("id").asString() + "/messages";
        assertThat(api.get(world.alice, messages).json().get("data").values())
                .extracting(message -> message.at("/content/text").asString())
                .containsExactly("Tidy up.", "hello", "Once more.");
    }

    @Test
    void runThatHasNotEndedCannotBeContinued() {
        Answer answer = goOn(world.alice, planned, "{}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("run_state");
        assertThat(answer.json().get("runStatus").asString()).isEqualTo("queued");
    }

    @Test
    void runOfAnotherUserDoesNotExist() {
        end(planned, 1, 0);

        assertThat(goOn(world.bob, planned, "{}").status()).isEqualTo(404);
        assertThat(goOn(ADMIN_KEY, planned, "{}").data().get("userId").asString())
                .isEqualTo("alice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'limits': {'maxSteps': 501}}    | 422 | limit_above_cap | /limits/maxSteps",
                "{'limits': {'maxCredits': 1001}} | 422 | limit_above_cap | /limits/maxCredits",
                "{'limits': {'maxSteps': 0}}      | 400 | invalid_request | /limits/maxSteps",
                "{'prompt': 'x'}                  | 400 | invalid_request | /prompt",
                "{'plan': []}                     | 400 | invalid_request | /plan",
                "[]                               | 400 | invalid_request |",
                "{'prompt': 5}                    | 400 | invalid_request | /prompt",
            })
    void pointsAtWhatIsWrongAndStartsNothing(String body, int status, String code, String pointer) {
        end(planned, 1, 0);
        long before = runs();

        Answer answer = goOn(world.alice, planned, body);

        assertThat(answer.code()).as(answer.response().body()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
        if (pointer != null) {
            assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
        }
        assertThat(runs()).isEqualTo(before);
    }

    private static long runs() {
        return api.database
                .jdbc()
                .sql("select count(*) from runs")
                .query(Long.class)
                .single();
    }

    @Test
    void limitsThatAreUsedUpLeaveNoRoomAndSayWhatIsNeeded() {
        end(planned, 7, 50);

        Answer steps = goOn(world.alice, planned, "{'limits': {'maxSteps': 6}}");
        Answer credits = goOn(world.alice, planned, "{'limits': {'maxCredits': 20}}");

        assertThat(steps.status()).isEqualTo(409);
        assertThat(steps.code()).isEqualTo("no_room");
        assertThat(steps.json().at("/needed/steps").asInt()).isEqualTo(2);
        assertThat(credits.code()).isEqualTo("no_room");
        assertThat(credits.json().at("/needed/credits").asInt()).isEqualTo(30);
    }

    @Test
    void creditsThatAreSpentToTheLastLeaveRoomForAStepWithoutAPrice() {
        end(planned, 1, 50);

        Answer answer = goOn(world.alice, planned, "{'limits': {'maxCredits': 50}}");

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.data().get("creditsUsed").asInt()).isEqualTo(50);
        assertThat(answer.data().get("maxCredits").asInt()).isEqualTo(50);
        assertThat(goOn(world.alice, planned, "{'limits': {'maxCredits': 49}}").code())
                .isEqualTo("no_room");
    }

    @Test
    void agentThatIsDisabledIsNotContinued() {
        String run = agentic();
        end(run, 1, 0);
        String agent = "/api/admin/agents/" + world.agentId;
        api.send("PATCH", ADMIN_KEY, agent, BodyPublishers.ofString("{\"enabled\": false}"));

        Answer answer = goOn(world.alice, run, "{'prompt': 'Go on.'}");
        api.send("PATCH", ADMIN_KEY, agent, BodyPublishers.ofString("{\"enabled\": true}"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/agentId");
    }

    @Test
    void sameKeyContinuesOnceAndWithoutOneEachRequestIsABranch() {
        end(planned, 1, 0);
        String key = "continue-" + KEYS.incrementAndGet();

        Answer first = goOn(world.alice, planned, "{}", "Idempotency-Key", key);
        Answer again = goOn(world.alice, planned, "{}", "Idempotency-Key", key);
        Answer other = goOn(world.alice, planned, "{}");

        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.data()).isEqualTo(first.data());
        assertThat(other.data().get("id")).isNotEqualTo(first.data().get("id"));
    }
}
