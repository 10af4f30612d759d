package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {
    private static RunningApi api;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        api.post(ADMIN_KEY, "/api/admin/projects", "{\"id\": \"p\", \"name\": \"P\"}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void saysWhatIsWrongInOneForm() {
        Answer answer = api.get(ADMIN_KEY, "/api/nothing");

        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().propertyNames())
                .containsExactly("type", "title", "status", "detail", "success", "code");
        assertThat(answer.json().get("success").asBoolean()).isFalse();
        assertThat(answer.json().get("status").asInt()).isEqualTo(404);
        assertProblem(answer, 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/error",
                "/index.html",
                "/api/projects/p/agent-runs/r/continue-not",
                "/health/x"
            })
    void hasNothingAtOtherPaths(String path) {
        assertProblem(api.get(ADMIN_KEY, path), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/%00", "/api//x", "/api/a;b=c", "/api/%2e%2e/x", "/api/..%2fx", "/api/%zz"})
    void refusesPathsThatAreNoPaths(String path) {
        assertThat(api.raw("GET " + path + " HTTP/1.1", ""))
                .startsWith("HTTP/1.1 400")
                .contains("\"code\":\"invalid_request\"");
    }

    @Test
    void answersInTheSameFormWhereNotEvenTheRequestLineIsHttp() {
        assertThat(api.raw("GET /api/<> HTTP/1.1", ""))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("\"code\":\"invalid_request\"")
                .doesNotContain("<html")
                .doesNotContain("Tomcat");
    }

    @Test
    void namesTheMethodsThatAreAllowed() {
        Answer answer = api.send("DELETE", ADMIN_KEY, "/api/projects/p/agent-runs", BodyPublishers.noBody());

        assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer.header("Allow")).contains("GET");
    }

    @Test
    void servesJsonAlone() {
        Answer answer = api.send(api.request(ADMIN_KEY, "/api/projects/p/agent-runs")
                .header("Accept", "text/html")
                .GET());

        assertProblem(answer, 406, "not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "limit=",
                "cursor=x",
                "status=done",
                "status=running,",
                "from=yesterday",
                "to=1",
                "colour=red",
                "limit=1&limit=2",
                "agentId=%00"
            })
    void pointsAtTheQueryParameterThatIsWrong(String query) {
        Answer answer = api.get(ADMIN_KEY, "/api/projects/p/agent-runs?" + query);

        assertProblem(answer, 400, "invalid_request");
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.response().body())
                .doesNotContain("Exception")
                .doesNotContain("org.")
                .doesNotContain("dev.");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }
}
