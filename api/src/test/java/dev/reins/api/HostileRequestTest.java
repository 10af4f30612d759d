package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-meaning client sends is answered in the same form, and changes nothing. */
class HostileRequestTest {
    private static RunningApi api;
    private static World world;
    private static String run;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        run = World.run(api, world.alice);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "31", "abc", "", "1.5", "%2B1", "1e1", "%D9%A3", "99999999999", "1&wait=2"})
    void refusesAWaitThatIsNone(String wait) {
        Answer answer = api.post(world.alice, RUNS + "/" + run + "/pause?wait=" + wait, "");

        assertProblem(answer, 400, "invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("wait");
        assertThat(receipts()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "messages",
        "tool-calls",
        "guard-decisions",
        "receipts",
        "events",
    })
    void refusesCursorsThatItDidNotGive(String list) {
        for (String forged :
                new String[] {list, list + " ", list + " x", list + " 99999999999999999999", "events\0 1"}) {
            assertRefusedCursor(RUNS + "/" + run + "/" + list, forged);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "projects, projects",
        "agents, agents",
        "agent-definitions, definitions",
        "keys, keys",
        "users/alice/ledger, ledger",
    })
    void refusesAdministratorsCursorsThatItDidNotGive(String path, String list) {
        for (String forged : new String[] {list, list + " ", list + " '; drop", list + " \0", "runs x"}) {
            assertRefusedCursor("/api/admin/" + path, forged);
        }
    }

    private static void assertRefusedCursor(String path, String forged) {
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(StandardCharsets.UTF_8));
        Answer answer = api.get(ADMIN_KEY, path + "?cursor=" + cursor);
        assertProblem(answer, 400, "invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("cursor");
    }

    @ParameterizedTest
    @CsvSource({"'', wait=1", "wait=1, wait=5", "wait=0, reason=x", "wait=0, x", "wait=0, %zz"})
    void takesNoForm(String query, String form) {
        var bytes = form.getBytes(StandardCharsets.UTF_8);
        var sized = BodyPublishers.ofByteArray(bytes);
        var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        for (var body : List.of(sized, chunked)) {
            Answer answer = api.send(api.request(world.alice, RUNS + "/" + run + "/pause?" + query)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(body));

            assertProblem(answer, 415, "unsupported_media_type");
        }
        assertThat(receipts()).isZero();
    }

    @Test
    void takesNoFormForAQueryThatIsEmpty() {
        String head = "POST " + RUNS + "/" + run + "/pause? HTTP/1.1\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked";

        assertThat(api.raw(head, "6\r\nwait=1\r\n0\r\n\r\n")).startsWith("HTTP/1.1 415");
        assertThat(receipts()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONNECT /api/projects HTTP/1.1 | 405 | method_not_allowed",
                "GET /api/projects HTTP/1.1\\r\\nTransfer-Encoding: gzip | 400 | invalid_request",
                "GET /api/projects HTTP/3.0 | 400 | invalid_request",
            })
    void takesWhatTheContainerDoesNotImplementForTheClientsFault(String head, int status, String code) {
        assertThat(api.raw(head.translateEscapes(), ""))
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json")
                .contains("\"code\":\"" + code + "\"");
    }

    @ParameterizedTest
    @CsvSource({"PROPFIND, 405", "LOCK, 405", "TRACE, 405", "PUT, 405", "pause, 405"})
    void allowsNoOtherMethods(String method, int status) {
        String answer = api.raw(method + " " + RUNS + " HTTP/1.1", "");

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json")
                .contains("\"code\":\"method_not_allowed\"");
    }

    @Test
    void answersHeadAsGetWithoutABody() {
        Answer found = api.send("HEAD", world.alice, RUNS + "/" + run, BodyPublishers.noBody());
        Answer missing = api.send("HEAD", world.bob, RUNS + "/" + run, BodyPublishers.noBody());

        assertThat(found.status()).isEqualTo(200);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.response().body()).isEmpty();
    }

    @Test
    void tellsTheMethodsToWhoeverMayAsk() {
        Answer options = api.send("OPTIONS", world.alice, RUNS, BodyPublishers.noBody());

        assertThat(options.status()).isEqualTo(200);
        assertThat(options.header("Allow")).contains("GET").contains("POST");
        assertProblem(api.send("OPTIONS", "", RUNS, BodyPublishers.noBody()), 401, "unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "text/html", "a/b/c"})
    void servesNothingButJson(String accept) {
        assertProblem(
                api.send(api.request(world.alice, RUNS).header("Accept", accept).GET()), 406, "not_acceptable");
    }

    @Test
    void takesTheRunOfTheProjectInThePathAlone() {
        assertProblem(api.get(ADMIN_KEY, "/api/projects/other/agent-runs/" + run), 404, "not_found");
        assertProblem(api.post(ADMIN_KEY, "/api/projects/other/agent-runs/" + run + "/pause", ""), 404, "not_found");
        assertProblem(
                api.post(
                        ADMIN_KEY,
                        "/api/projects/other/agent-runs/" + run + "/steps/1/resolve",
                        "{\"outcome\": \"skip\"}"),
                404,
                "not_found");
        assertThat(receipts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "01", "x", "9999999999", "1%2F2", "%D9%A3"})
    void resolvesNoStepThatIsNone(String step) {
        Answer answer =
                api.post(world.alice, RUNS + "/" + run + "/steps/" + step + "/resolve", "{\"outcome\": \"skip\"}");

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    private static long receipts() {
        return api.database
                .jdbc()
                .sql("select count(*) from control_receipts")
                .query(Long.class)
                .single();
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
    }
}
