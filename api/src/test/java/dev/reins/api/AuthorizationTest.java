package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
    private static RunningApi api;
    private static World world;
    private static String alicesRun;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        alicesRun = World.run(api, world.alice);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void knowsNobodyByAKeyThatIsNone(String key) {
        Answer answer = api.get(key, RUNS);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void asksForAKeyBeforeItTellsWhatExists() {
        assertThat(api.get("", "/api/nothing").status()).isEqualTo(401);
        assertThat(api.get("", "/api/admin/projects").status()).isEqualTo(401);
    }

    @Test
    void knowsNoOtherSchemeThanBearer() {
        Answer answer = api.send(api.request("", RUNS)
                .header("Authorization", "Basic " + world.alice)
                .GET());

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void letsGoOfARevokedKeyAtOnce() {
        Answer made = api.post(ADMIN_KEY, "/api/admin/keys", """
                {"userId": "alice", "projectId": "demo", "role": "user"}""");
        String key = made.data().get("key").asString();
        assertThat(api.get(key, RUNS).status()).isEqualTo(200);

        String id = made.data().get("id").asString();
        assertThat(api.send("DELETE", ADMIN_KEY, "/api/admin/keys/" + id, BodyPublishers.noBody())
                        .status())
                .isEqualTo(200);

        assertThat(api.get(key, RUNS).status()).isEqualTo(401);
    }

    @Test
    void letsGoOfAKeyThatHasExpiredMeanwhile() {
        String key = World.key(api, "alice", ", \"expiresAt\": \"2099-01-01T00:00:00Z\"");
        assertThat(api.get(key, RUNS).status()).isEqualTo(200);

        api.database
                .jdbc()
                .sql("update api_keys set expires_at = clock_timestamp() where expires_at is not null")
                .update();

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(api.get(key, RUNS).status()).isEqualTo(401));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/admin/projects", "/api/admin/keys", "/api/admin/limits", "/api/admin/nothing", "/api/admin"
            })
    void keepsUsersFromAdministration(String path) {
        Answer answer = api.get(world.alice, path);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("forbidden");
    }

    @Test
    void keepsUsersFromTheAdministratorsCancel() {
        String path = "/api/admin/agents/" + world.agentId + "/runs/" + alicesRun + "/cancel";

        assertThat(api.post(world.alice, path, "").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/messages", "/tool-calls", "/guard-decisions", "/receipts", "/events"})
    void hidesARunFromOthers(String part) {
        assertThat(api.get(world.alice, RUNS + "/" + alicesRun + part).status()).isEqualTo(200);
        assertThat(api.get(ADMIN_KEY, RUNS + "/" + alicesRun + part).status()).isEqualTo(200);

        assertNotFound(api.get(world.bob, RUNS + "/" + alicesRun + part));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pause", "/resume", "/cancel"})
    void letsNobodyControlARunOfAnother(String verb) {
        assertNotFound(api.post(world.bob, RUNS + "/" + alicesRun + verb, ""));
    }

    @Test
    void letsNobodyControlARunOfAnotherByTheShortForm() {
        assertNotFound(api.post(world.bob, "/api/agent/pause", "{\"taskId\": \"" + alicesRun + "\"}"));
    }

    @Test
    void hidesOtherProjects() {
        assertNotFound(api.get(world.alice, "/api/projects/other/agent-runs"));
        assertNotFound(api.get(world.alice, "/api/projects/none/agent-runs"));
        assertNotFound(api.post(world.alice, "/api/projects/other/agent-runs", World.PLAN));
        assertNotFound(api.get(world.alice, "/api/projects/other/agent-runs/" + alicesRun));
        assertNotFound(api.get(ADMIN_KEY, "/api/projects/other/agent-runs/" + alicesRun));
    }

    @Test
    void startsNoAgentOfAnotherUser() {
        String body = "{\"agentId\": \"" + world.agentId + "\", \"prompt\": \"hello\"}";

        assertThat(api.post(world.alice, RUNS, body).status()).isEqualTo(201);
        assertNotFound(api.post(world.bob, RUNS, body));
    }

    @Test
    void letsOnlyAdministratorsNameTheUser() {
        String body = World.PLAN.replaceFirst("\\{", "{\"userId\": \"alice\", ");

        assertThat(api.post(ADMIN_KEY, RUNS, body).data().get("userId").asString())
                .isEqualTo("alice");
        assertThat(api.post(world.bob, RUNS, body).status()).isBetween(400, 403);
    }

    private static void assertNotFound(Answer answer) {
        assertThat(answer.code()).isEqualTo("not_found");
        assertThat(answer.status()).isEqualTo(404);
    }
}
