package dev.reins.api.web;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/** An answer down to its text, so that it can be kept and given again. */
public record Reply(int status, Map<String, String> headers, String body) {
    public Reply {
        headers = Map.copyOf(headers);
    }

    public Reply with(String header, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Reply(status, all, body);
    }

    /** As bytes, so that no converter touches the text. */
    public ResponseEntity<byte[]> toResponse() {
        var response = new HttpHeaders();
        headers.forEach(response::set);
        return ResponseEntity.status(status).headers(response).body(body.getBytes(StandardCharsets.UTF_8));
    }
}
