package dev.reins.api.web;

import dev.reins.api.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers whose text is kept. */
@Component
public final class Replies {
    private static final String CONTENT_TYPE = "Content-Type";

    private final JsonMapper json;

    Replies(JsonMapper json) {
        this.json = json;
    }

    public Reply of(int status, Answer answer) {
        return new Reply(status, Map.of(CONTENT_TYPE, "application/json"), json.writeValueAsString(answer));
    }

    public Reply of(Problem problem) {
        var headers = new LinkedHashMap<>(problem.headers());
        headers.put(CONTENT_TYPE, Problem.MEDIA_TYPE);
        return new Reply(problem.status(), headers, json.writeValueAsString(problem.body()));
    }
}
