package dev.reins.api.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The OpenAPI document, as it is committed in {@code docs/openapi.json}. Needs no key. */
@RestController
final class DocumentController {
    private final byte[] document = read();

    private static byte[] read() {
        try (InputStream document = DocumentController.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(document).readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @GetMapping(path = "/v3/api-docs", produces = "application/json")
    byte[] document() {
        return document;
    }
}
