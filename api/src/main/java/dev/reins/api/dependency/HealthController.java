package dev.reins.api.dependency;

import dev.reins.api.engine.Engine;
import dev.reins.api.engine.EngineRefused;
import dev.reins.api.engine.EngineUnavailable;
import java.util.function.BooleanSupplier;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the api can do all of its work. Needs no key and tells no more than this. */
@RestController
final class HealthController {
    private final Schema schema;
    private final JdbcClient jdbc;
    private final Engine engine;

    HealthController(Schema schema, JdbcClient jdbc, Engine engine) {
        this.schema = schema;
        this.jdbc = jdbc;
        this.engine = engine;
    }

    /** @param status {@code up} if both others are, else {@code down}, as they are */
    record Health(String status, String database, String temporal) {}

    @GetMapping(path = "/health", produces = "application/json")
    ResponseEntity<Health> health() {
        boolean database = schema.isReady()
                && answers(() -> jdbc.sql("select true").query(Boolean.class).single());
        boolean temporal = answers(() -> {
            engine.ping();
            return true;
        });
        var health = new Health(word(database && temporal), word(database), word(temporal));
        return ResponseEntity.status(database && temporal ? 200 : 503).body(health);
    }

    private static boolean answers(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (DataAccessException | EngineUnavailable | EngineRefused away) {
            return false;
        }
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
