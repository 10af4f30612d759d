package dev.reins.api.stream;

import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes events as Server-Sent Events; the data is the event's JSON, which holds no line break. */
@Component
final class FrameWriter {
    private final JsonMapper json;

    FrameWriter(JsonMapper json) {
        this.json = json;
    }

    byte[] write(String id, String type, Object data) {
        String text = "id: " + id + "\nevent: " + type + "\ndata: " + json.writeValueAsString(data) + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
