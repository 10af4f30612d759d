package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RunListTest {
    private static RunningApi api;
    private static World world;
    private static final List<String> ALICES = new ArrayList<>();
    private static String bobs;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        for (int i = 0; i < 5; i++) {
            ALICES.addFirst(World.run(api, world.alice));
        }
        bobs = World.run(api, world.bob);
        api.post(world.alice, RUNS + "/" + ALICES.getFirst() + "/cancel", "");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void showsNewestFirstPageByPage() {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode data = api.get(world.alice, RUNS + "?limit=2" + cursor).data();
            assertThat(data.get("totalCount").asInt()).isEqualTo(5);
            seen.addAll(ids(data.get("items")));
            cursor = data.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + data.get("nextCursor").asString();
            pages++;
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(ALICES);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void showsAUserTheirOwnAndAnAdministratorAll() {
        assertThat(list(world.bob, "")).containsExactly(bobs);
        assertThat(list(world.bob, "?userId=alice")).isEmpty();
        assertThat(list(ADMIN_KEY, "")).hasSize(6);
        assertThat(list(ADMIN_KEY, "?userId=alice")).isEqualTo(ALICES);
    }

    @Test
    void listsNoRunsOfAProjectThatDoesNotExist() {
        assertThat(api.get(ADMIN_KEY, "/api/projects/none/agent-runs").code()).isEqualTo("not_found");
        assertThat(api.get(ADMIN_KEY, "/api/projects/other/agent-runs")
                        .data()
                        .get("totalCount")
                        .asInt())
                .isZero();
    }

    @Test
    void filtersByStatusAgentAndTime() {
        assertThat(list(world.alice, "?status=cancelling")).containsExactly(ALICES.getFirst());
        assertThat(list(world.alice, "?status=cancelling,queued")).isEqualTo(ALICES);
        assertThat(list(world.alice, "?status=completed")).isEmpty();
        assertThat(list(world.alice, "?agentId=" + world.agentId)).isEmpty();
        assertThat(list(world.alice, "?from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z"))
                .isEmpty();
        assertThat(list(world.alice, "?from=2000-01-01T00:00:00%2B01:00")).isEqualTo(ALICES);
    }

    @Test
    void refusesTheCursorOfAnotherList() {
        String cursor =
                api.get(world.alice, RUNS + "?limit=1").data().get("nextCursor").asString();

        Answer answer = api.get(world.alice, RUNS + "/" + ALICES.getFirst() + "/events?cursor=" + cursor);

        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("cursor");
    }

    @Test
    void pagesThroughWhatBelongsToARunOldestFirst() {
        String events = RUNS + "/" + ALICES.getFirst() + "/events";
        JsonNode first = api.get(world.alice, events + "?limit=1").json();
        JsonNode second = api.get(
                        world.alice,
                        events + "?limit=1&cursor=" + first.get("nextCursor").asString())
                .json();

        assertThat(first.propertyNames()).containsExactly("success", "data", "nextCursor");
        assertThat(first.at("/data/0/type").asString()).isEqualTo("run.queued");
        assertThat(first.at("/data/0/seq").asInt()).isEqualTo(1);
        assertThat(second.at("/data/0/type").asString()).isEqualTo("run.cancelling");
        assertThat(second.get("nextCursor").isNull()).isTrue();
    }

    @Test
    void showsARunFieldByFieldWithAbsentValuesAsNulls() {
        Answer answer = api.get(world.alice, RUNS + "/" + ALICES.getLast());

        assertThat(answer.data().propertyNames())
                .containsExactly(
                        "id",
                        "projectId",
                        "agentId",
                        "definitionVersion",
                        "userId",
                        "status",
                        "waitingFor",
                        "waitingUntil",
                        "waitingMessage",
                        "pauseReason",
                        "stopReason",
                        "errorCode",
                        "errorMessage",
                        "stepCount",
                        "maxSteps",
                        "creditsUsed",
                        "creditsReserved",
                        "maxCredits",
                        "costLevel",
                        "inputTokens",
                        "outputTokens",
                        "phase",
                        "createdAt",
                        "startedAt",
                        "finishedAt",
                        "durationMs",
                        "activeMs",
                        "waitingMs",
                        "pausedMs",
                        "parentRunId",
                        "rootRunId",
                        "resumedFrom",
                        "generation",
                        "startedVia",
                        "workflowId");
        assertThat(answer.data().get("startedAt").isNull()).isTrue();
        assertThat(answer.data().get("createdAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
        assertThat(answer.data().get("workflowId")).isEqualTo(answer.data().get("id"));
    }

    @Test
    void readsFromTheStoreWhereTheWorkflowDoesNotAnswer() {
        Answer answer = api.get(world.alice, RUNS + "/" + ALICES.getLast() + "?live=true");

        assertThat(answer.data().get("stateSource").asString()).isEqualTo("store");
        assertThat(answer.data().get("status").asString()).isEqualTo("queued");
        assertThat(api.get(world.alice, RUNS + "/" + ALICES.getLast() + "?live=yes")
                        .status())
                .isEqualTo(400);
    }

    private static List<String> list(String key, String query) {
        Answer answer = api.get(key, RUNS + query);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return ids(answer.data().get("items"));
    }

    private static List<String> ids(JsonNode items) {
        return items.values().stream().map(run -> run.get("id").asString()).toList();
    }
}
