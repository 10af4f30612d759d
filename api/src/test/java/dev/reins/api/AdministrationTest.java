package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import dev.reins.contracts.ModelProviderSpec;
import dev.reins.store.config.ModelCatalog;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdministrationTest {
    private static final String ADMIN = "/api/admin";
    private static RunningApi api;
    private static World world;

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
    void refusesADefinitionWhoseModelNoWorkerHas() {
        api.bean(ModelCatalog.class).publish(List.of(new ModelProviderSpec("scripted", null)));

        Answer refused = api.post(ADMIN_KEY, ADMIN + "/agent-definitions", """
                {"name": "lost", "instructions": "Do it.", "model": {"provider": "acme", "name": "x"}}""");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_request");
        assertThat(refused.json().at("/errors/0/pointer").asString()).isEqualTo("/model/provider");
    }

    @Test
    void versionsDefinitionsByTheirETag() {
        String path = ADMIN + "/agent-definitions/" + created("/agent-definitions", definition("versioned"));
        assertThat(api.get(ADMIN_KEY, path).header("ETag")).isEqualTo("\"1\"");

        Answer patched = patch(path, "{\"maxSteps\": 7, \"limits\": {\"maxCredits\": 70}}", "If-Match", "\"1\"");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.header("ETag")).isEqualTo("\"2\"");
        assertThat(patched.data().get("version").asInt()).isEqualTo(2);
        assertThat(patched.data().get("maxSteps").asInt()).isEqualTo(7);
        assertThat(patched.data().get("instructions").asString()).isEqualTo("Do it.");

        Answer stale = patch(path, "{\"maxSteps\": 8}", "If-Match", "\"1\"");
        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.code()).isEqualTo("stale_version");
        assertThat(patch(path, "{\"maxSteps\": 8}", "If-Match", "W/\"2\"").status())
                .isEqualTo(412);
        assertThat(patch(path, "{\"maxSteps\": null}").data().get("maxSteps").isNull())
                .isTrue();
        assertThat(api.get(ADMIN_KEY, path + "/versions")
                        .data()
                        .get("totalCount")
                        .asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "W/\"1\"", "*"})
    void showsADefinitionToThoseWhoHaveItToo(String ifNoneMatch) {
        String path = ADMIN + "/agent-definitions/" + created("/agent-definitions", definition("known"));

        Answer answer = api.send(api.request(ADMIN_KEY, path)
                .header("If-None-Match", ifNoneMatch)
                .GET());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("\"1\"");
        assertThat(answer.data().get("version").asInt()).isEqualTo(1);
    }

    @Test
    void takesAMergePatchByItsOwnName() {
        String path = ADMIN + "/agent-definitions/" + created("/agent-definitions", definition("merged"));

        Answer answer = api.send(api.request(ADMIN_KEY, path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"name\": \"renamed\"}")));

        assertThat(answer.data().get("name").asString()).isEqualTo("renamed");
    }

    @Test
    void changesAndListsAgents() {
        String path = ADMIN + "/agents/" + world.agentId;

        assertThat(patch(path, "{\"enabled\": false}").data().get("enabled").asBoolean())
                .isFalse();
        assertThat(api.get(ADMIN_KEY, path).data().get("enabled").asBoolean()).isFalse();
        assertThat(api.get(ADMIN_KEY, ADMIN + "/agents?projectId=demo")
                        .data()
                        .get("totalCount")
                        .asInt())
                .isEqualTo(1);
        assertThat(api.get(ADMIN_KEY, ADMIN + "/agents?projectId=other")
                        .data()
                        .get("items")
                        .isEmpty())
                .isTrue();
        patch(path, "{\"enabled\": true}");
    }

    @Test
    void grantsCreditsAndKeepsTheLedger() {
        api.send("PUT", ADMIN_KEY, ADMIN + "/users/carol", BodyPublishers.ofString("{\"tier\": \"pro\"}"));
        String credits = ADMIN + "/users/carol/credits";
        assertThat(api.post(ADMIN_KEY, credits, "{\"amount\": 100, \"reason\": \"a start\"}")
                        .data()
                        .toString())
                .isEqualTo("{\"granted\":100,\"settled\":0,\"reserved\":0,\"available\":100}");
        api.post(ADMIN_KEY, credits, "{\"amount\": 50}");

        assertThat(api.get(ADMIN_KEY, credits).data().get("available").asInt()).isEqualTo(150);
        Answer ledger = api.get(ADMIN_KEY, ADMIN + "/users/carol/ledger?limit=1");
        assertThat(ledger.data().get("totalCount").asInt()).isEqualTo(2);
        assertThat(ledger.data().at("/items/0/reason").asString()).isEqualTo("a start");
        String cursor = ledger.data().get("nextCursor").asString();
        assertThat(api.get(ADMIN_KEY, ADMIN + "/users/carol/ledger?limit=1&cursor=" + cursor)
                        .data()
                        .at("/items/0/amount")
                        .asInt())
                .isEqualTo(50);
    }

    @Test
    void showsAKeysSecretOnce() {
        Answer made = api.post(ADMIN_KEY, ADMIN + "/keys", """
                {"userId": "alice", "projectId": "demo", "role": "user"}""");

        String secret = made.data().get("key").asString();
        assertThat(api.get(ADMIN_KEY, ADMIN + "/keys?limit=1000").response().body())
                .doesNotContain(secret);
        assertThat(api.database
                        .jdbc()
                        .sql("select count(*) from api_keys where prefix = :key")
                        .param("key", secret)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void readsAKeyAsTheListShowsIt() {
        Answer made = api.post(ADMIN_KEY, ADMIN + "/keys", """
                {"userId": "alice", "projectId": "demo", "role": "user"}""");
        String id = made.data().get("id").asString();

        Answer read = api.get(ADMIN_KEY, ADMIN + "/keys/" + id);

        assertThat(api.get(ADMIN_KEY, ADMIN + "/keys?limit=1000")
                        .data()
                        .get("items")
                        .values())
                .contains(read.data());
        assertThat(read.data().get("id").asString()).isEqualTo(id);
        assertThat(read.response().body()).doesNotContain(made.data().get("key").asString());
    }

    @Test
    void changesTheSystemsLimitsAndShowsTheTiers() {
        assertThat(patch(ADMIN + "/limits", "{\"maxSteps\": 400, \"ratePerMinute\": {\"http\": 61}}")
                        .status())
                .isEqualTo(200);

        Answer limits = api.get(ADMIN_KEY, ADMIN + "/limits");
        assertThat(limits.data().get("maxSteps").asInt()).isEqualTo(400);
        assertThat(limits.data().at("/ratePerMinute/http").asInt()).isEqualTo(61);
        assertThat(limits.data().at("/ratePerMinute/email").asInt()).isEqualTo(10);
        assertThat(api.get(ADMIN_KEY, ADMIN + "/tiers")
                        .data()
                        .at("/items/0/name")
                        .asString())
                .isEqualTo("free");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST  | /projects                  | {}                                  | 400 | invalid_request | /name",
                "POST  | /projects                  | {'id': 'a b', 'name': 'x'}          | 400 | invalid_request | /id",
                "PUT   | /users/dave                | {'tier': 'gold'}                    | 400 | invalid_request | /tier",
                "PUT   | /users/a%20b               | {'tier': 'pro'}                     | 400 | invalid_request | id",
                "POST  | /users/alice/credits       | {'amount': 0}                       | 400 | invalid_request | /amount",
                "POST  | /users/alice/credits       | {'amount': -5}                      | 400 | invalid_request | /amount",
                "POST  | /users/alice/credits       | {'amount': '5'}                     | 400 | invalid_request | /amount",
                "POST  | /users/nobody/credits      | {'amount': 5}                       | 404 | not_found       |",
                "POST  | /keys                      | {'role': 'admin', 'projectId': 'demo'} | 400 | invalid_request | /projectId",
                "POST  | /keys                      | {'role': 'root'}                    | 400 | invalid_request | /role",
                "POST  | /keys                      | {'role': 'user', 'userId': 'alice'} | 400 | invalid_request | /projectId",
                "POST  | /keys                      | {'role': 'user', 'userId': 'nobody', 'projectId': 'demo'} | 404 | not_found | /userId",
                "POST  | /agents                    | {'projectId': 'demo', 'definitionId': 'd', 'userId': 'alice', 'name': 'n'} | 404 | not_found | /definitionId",
                "POST  | /agent-definitions         | {'name': 'x'}                       | 400 | invalid_request |",
                "PATCH | /agent-definitions/none    | {'name': 'x'}                       | 404 | not_found       |",
                "PATCH | /agents/none               | {'name': 'x'}                       | 404 | not_found       |",
                "PATCH | /limits                    | {'maxSteps': -1}                    | 400 | invalid_request | /maxSteps",
                "PATCH | /limits                    | {'colour': 1}                       | 400 | invalid_request | /colour",
            })
    void pointsAtWhatIsWrong(String method, String path, String body, int status, String code, String pointer) {
        Answer answer = api.send(method, ADMIN_KEY, ADMIN + path, BodyPublishers.ofString(body.replace('\'', '"')));

        assertThat(answer.code()).as(answer.response().body()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
        if (pointer != null) {
            assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(pointer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/projects/none",
                "/agents/none",
                "/agent-definitions/none",
                "/users/nobody",
                "/keys/none",
                "/users/nobody/credits",
                "/users/nobody/ledger",
                "/agent-definitions/none/versions"
            })
    void findsNothingByAnUnknownId(String path) {
        assertThat(api.get(ADMIN_KEY, ADMIN + path).code()).isEqualTo("not_found");
    }

    @Test
    void grantsOnceUnderOneIdempotencyKey() {
        String path = ADMIN + "/users/bob/credits";
        String[] key = {"Idempotency-Key", "grant-1"};
        long before = api.get(ADMIN_KEY, path).data().get("granted").asLong();

        Answer first = api.post(ADMIN_KEY, path, "{\"amount\": 40}", key);
        Answer second = api.post(ADMIN_KEY, path, "{\"amount\": 40}", key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.response().body()).isEqualTo(first.response().body());
        assertThat(api.get(ADMIN_KEY, path).data().get("granted").asLong()).isEqualTo(before + 40);
    }

    @Test
    void grantsNoMoreThanAnAccountCanHold() {
        String path = ADMIN + "/users/bob/credits";
        api.database
                .jdbc()
                .sql("update accounts set granted = 9223372036854775807 where user_id = 'bob'")
                .update();

        assertThat(api.post(ADMIN_KEY, path, "{\"amount\": 1}")
                        .json()
                        .at("/errors/0/pointer")
                        .asString())
                .isEqualTo("/amount");
        api.database
                .jdbc()
                .sql("update accounts set granted = 0 where user_id = 'bob'")
                .update();
    }

    @Test
    void listsNoAgentsOfAProjectThatDoesNotExist() {
        Answer answer = api.get(ADMIN_KEY, ADMIN + "/agents?projectId=none");

        assertThat(answer.code()).isEqualTo("not_found");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("projectId");
        assertThat(api.get(ADMIN_KEY, ADMIN + "/agents?projectId=other")
                        .data()
                        .get("totalCount")
                        .asInt())
                .isZero();
    }

    private static String definition(String name) {
        return """
                {"name": "%s", "instructions": "Do it.", "model": {"provider": "scripted", "name": "x"}, "tools": []}""".formatted(name);
    }

    private static String created(String path, String body) {
        Answer answer = api.post(ADMIN_KEY, ADMIN + path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.data().get("id").asString();
    }

    private static Answer patch(String path, String body, String... headers) {
        return api.send("PATCH", ADMIN_KEY, path, BodyPublishers.ofString(body), headers);
    }
}
