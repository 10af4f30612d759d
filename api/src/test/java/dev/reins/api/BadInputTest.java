package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each is refused with a pointer to what is wrong, and changes nothing. */
class BadInputTest {
    private static final String STEP = "{\"tool\": \"echo\", \"description\": \"d\", \"params\": {\"value\": 1}}";
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

    @AfterEach
    void changesNothing() {
        assertThat(api.database
                        .jdbc()
                        .sql("select count(*) from runs")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // body | status | code | pointer
                "{                                                   | 400 | invalid_request    |",
                "[]                                                  | 400 | invalid_request    | ``",
                "``                                                  | 400 | invalid_request    | ``",
                "null                                                | 400 | invalid_request    | ``",
                "{}                                                  | 400 | invalid_request    |",
                "{'plan': [STEP], 'plan': [STEP]}                    | 400 | invalid_request    |",
                "{'plan': [STEP], 'colour': 'red'}                   | 400 | invalid_request    | /colour",
                "{'plan': [STEP], 'agentId': 'a', 'prompt': 'p'}     | 400 | invalid_request    |",
                "{'plan': 'echo'}                                    | 400 | invalid_request    | /plan",
                "{'plan': []}                                        | 400 | invalid_request    | /plan",
                "{'plan': [{'tool': 1, 'description': 'd', 'params': {}}]}    | 400 | invalid_request | /plan/0/tool",
                "{'plan': [{'tool': 'echo', 'description': 'd'}]}             | 400 | invalid_request | /plan/0/params",
                "{'plan': [{'tool': 'echo', 'description': 'a\\u0000b', 'params': {'value': 1}}]} | 400 | invalid_request | /plan/0/description",
                "{'plan': [{'tool': 'echo', 'description': 'a\\ud800b', 'params': {'value': 1}}]} | 400 | invalid_request | /plan/0/description",
                "{'plan': [{'tool': 'fly', 'description': 'd', 'params': {}}]}                    | 422 | unknown_tool    | /plan/0/tool",
                "{'plan': [{'tool': 'echo', 'description': 'd', 'params': {'volume': 1}}]}        | 422 | invalid_tool_input |",
                "{'plan': [{'tool': 'echo', 'description': 'd', 'params': {'value': {'$from': {'step': 1, 'pointer': ''}}}}]} | 400 | invalid_request | /plan/0/params/value",
                "{'plan': [{'tool': 'echo', 'description': 'd', 'params': {'value': 1}, 'estimatedCredits': -1}]} | 400 | invalid_request | /plan/0/estimatedCredits",
                "{'plan': [STEP], 'limits': {'maxSteps': -1}}        | 400 | invalid_request    | /limits/maxSteps",
                "{'plan': [STEP], 'limits': {'maxSteps': 1.5}}       | 400 | invalid_request    | /limits/maxSteps",
                "{'plan': [STEP], 'limits': {'maxSteps': '5'}}       | 400 | invalid_request    | /limits/maxSteps",
                "{'plan': [STEP], 'limits': {'onLimit': 'explode'}}  | 400 | invalid_request    | /limits/onLimit",
                "{'plan': [STEP], 'limits': {'maxCredits': 1001}}    | 422 | limit_above_cap    | /limits/maxCredits",
                "{'agentId': 'agent-none', 'prompt': 'p'}            | 404 | not_found          | /agentId",
                "{'agentId': 'agent-none'}                           | 400 | invalid_request    | /prompt",
                "{'plan': [STEP], 'projectId': 'other'}              | 400 | invalid_request    | /projectId",
            })
    void isRefusedAtStart(String body, int status, String code, String pointer) {
        String sent = body == null ? "" : body.replace("STEP", STEP).replace('\'', '"');

        Answer answer = api.post(world.alice, RUNS, sent);

        assertThat(answer.response().body()).contains("\"code\":\"" + code + "\"");
        assertThat(answer.status()).isEqualTo(status);
        if (pointer != null) {
            assertThat(answer.json().at("/errors/0/pointer").asString("none"))
                    .as(answer.response().body())
                    .isEqualTo(pointer);
        }
    }

    @Test
    void refusesAPlanOfTenThousandSteps() {
        String plan = "{\"plan\": [" + String.join(",", Collections.nCopies(10_000, STEP)) + "]}";

        Answer answer = api.post(world.alice, RUNS, plan);

        assertThat(plan.length()).isLessThan(1 << 20);
        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("/plan");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] latin = "{\"agentId\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(api.send("POST", world.alice, RUNS, BodyPublishers.ofByteArray(latin))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusesABodyOverOneMebibyteWhoseLengthIsAnnounced() {
        Answer answer = api.send("POST", world.alice, RUNS, BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]));

        assertThat(answer.code()).isEqualTo("too_large");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void refusesABodyOverOneMebibyteThatComesInChunks() {
        Answer answer = api.send(
                "POST",
                world.alice,
                RUNS,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 << 20])));

        assertThat(answer.code()).isEqualTo("too_large");
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"})
    void readsJsonAlone(String contentType) {
        Answer answer = api.send(api.request(world.alice, RUNS)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(World.PLAN)));

        assertThat(answer.code()).isEqualTo("unsupported_media_type");
        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void readsNoBodyWithoutAType() {
        Answer answer = api.send(api.request(world.alice, RUNS).POST(BodyPublishers.ofString(World.PLAN)));

        assertThat(answer.status()).isEqualTo(415);
    }

    @Test
    void refusesAnIdempotencyKeyThatIsNotPrintable() {
        String answer = api.raw(
                "POST " + RUNS + " HTTP/1.1\r\nIdempotency-Key: caf\u00e9\r\nContent-Type: application/json",
                World.PLAN);

        assertThat(answer).startsWith("HTTP/1.1 400").contains("\"pointer\":\"Idempotency-Key\"");
    }

    @Test
    void refusesAnEmptyIdempotencyKey() {
        Answer answer = api.post(world.alice, RUNS, World.PLAN, "Idempotency-Key", "");

        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("Idempotency-Key");
    }

    @Test
    void refusesAnIdempotencyKeyOfMoreThan255Characters() {
        assertThat(api.post(world.alice, RUNS, World.PLAN, "Idempotency-Key", "k".repeat(256))
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"run-none", "'%20'", "a%27b", "run-00000000-0000-7000-8000-000000000000"})
    void findsNoRunByAnUnknownId(String id) {
        assertThat(api.get(world.alice, RUNS + "/" + id).status()).isEqualTo(404);
        assertThat(api.post(ADMIN_KEY, RUNS + "/" + id + "/pause", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"continue", "messages", "approvals/a", "questions/q"})
    void doesNotRouteWhatIsNotBuiltYet(String path) {
        assertThat(api.post(ADMIN_KEY, RUNS + "/run-none/" + path, "{}").status())
                .isIn(404, 405);
    }
}
