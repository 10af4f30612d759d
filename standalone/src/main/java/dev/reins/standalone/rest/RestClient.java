package dev.reins.standalone.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls of one principal to one api. Thread-safe. */
public final class RestClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER = Duration.ofSeconds(40);

    private final HttpClient http;
    private final URI base;
    private final String key;

    public RestClient(URI base, String key) {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        this.base = base;
        this.key = key;
    }

    /** What the api answers, whatever its status. */
    public record Answer(int status, JsonNode body, HttpResponse<String> response) {
        /** The {@code data} of a success. */
        public JsonNode data() {
            return body.path("data");
        }
    }

    /** @throws RestProblem if the answer is not a success, as with the other verbs */
    public JsonNode get(String path) {
        return accepted("GET", path, null);
    }

    public JsonNode post(String path, @Nullable Object body) {
        return accepted("POST", path, body);
    }

    public JsonNode put(String path, Object body) {
        return accepted("PUT", path, body);
    }

    public JsonNode patch(String path, Object body) {
        return accepted("PATCH", path, body);
    }

    private JsonNode accepted(String method, String path, @Nullable Object body) {
        Answer answer = call(method, path, body, Map.of());
        if (answer.status() >= 300) {
            throw new RestProblem(method + " " + path, answer.status(), answer.body());
        }
        return answer.data();
    }

    /** The call as it is, for whoever wants the refusal too. */
    public Answer call(String method, String path, @Nullable Object body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + key)
                .header("Accept", "application/json");
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            String text = body instanceof String json ? json : JSON.writeValueAsString(body);
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(text));
        }
        return send(request.build());
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), read(response.body()), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while calling " + request.uri(), e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
        } catch (JacksonException e) {
            return JSON.getNodeFactory().stringNode(text);
        }
    }
}
