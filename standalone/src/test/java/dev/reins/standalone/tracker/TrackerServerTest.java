package dev.reins.standalone.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.standalone.Home;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrackerServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private Home home;
    private TrackerServer tracker;

    @BeforeEach
    void start() throws IOException {
        home = Home.open(folder);
        tracker = TrackerServer.start(IssueStore.open(home), 0);
    }

    @AfterEach
    void stop() {
        tracker.close();
        home.close();
    }

    @Test
    void listsTheIssuesInAState() throws Exception {
        send("PATCH", "/issues/4", "{\"state\":\"closed\"}", null);

        assertThat(json(send("GET", "/issues?state=open", "", null))).hasSize(7);
        assertThat(json(send("GET", "/issues?state=closed", "", null))).hasSize(1);
        assertThat(json(send("GET", "/issues", "", null))).hasSize(8);
    }

    @Test
    void aChangeIsKeptAcrossAStart() throws Exception {
        send("PATCH", "/issues/4", "{\"state\":\"closed\",\"labels\":[\"stale\",\"tidied\"]}", null);

        Issue kept = IssueStore.open(home).find(4).orElseThrow();

        assertThat(kept.isOpen()).isFalse();
        assertThat(kept.labels()).containsExactly("stale", "tidied");
    }

    @Test
    void theSameKeyAgainChangesNothing() throws Exception {
        send("POST", "/issues/1/comments", "{\"body\":\"Once.\"}", "run-1/3");
        var again = send("POST", "/issues/1/comments", "{\"body\":\"Once.\"}", "run-1/3");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(json(again).path("comments")).hasSize(1);
    }

    @Test
    void whatIsNotThereOrNotPossibleIsRefused() throws Exception {
        assertThat(send("GET", "/issues/99", "", null).statusCode()).isEqualTo(404);
        assertThat(send("PATCH", "/issues/1", "{\"state\":\"gone\"}", null).statusCode())
                .isEqualTo(400);
        assertThat(send("PATCH", "/issues/1", "{\"title\":\"x\"}", null).statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/issues/1/comments", "{}", null).statusCode()).isEqualTo(400);
        assertThat(send("DELETE", "/issues/1", "", null).statusCode()).isEqualTo(405);
    }

    @Test
    void thePageShowsTheIssuesAndNoForeignMarkup() throws Exception {
        send("POST", "/issues/1/comments", "{\"body\":\"<script>alert(1)</script>\"}", null);

        String page = send("GET", "/", "", null).body();

        assertThat(page)
                .contains("#1 Checkout button")
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
    }

    private HttpResponse<String> send(String method, String path, String body, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(tracker.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
