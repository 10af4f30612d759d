package dev.reins.api.operations;

import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the api can do all of its work, told to its users. Needs no key and tells no more than this. */
@RestController
final class HealthController {
    private final HealthIndicator database;
    private final HealthIndicator temporal;

    HealthController(HealthIndicator databaseHealthIndicator, HealthIndicator temporalHealthIndicator) {
        this.database = databaseHealthIndicator;
        this.temporal = temporalHealthIndicator;
    }

    /** @param status {@code up} if both others are, else {@code down}, as they are */
    record Health(String status, String database, String temporal) {}

    @GetMapping(path = "/health", produces = "application/json")
    ResponseEntity<Health> health() {
        boolean hasDatabase = isUp(database);
        boolean hasTemporal = isUp(temporal);
        boolean all = hasDatabase && hasTemporal;
        return ResponseEntity.status(all ? 200 : 503).body(new Health(word(all), word(hasDatabase), word(hasTemporal)));
    }

    private static boolean isUp(HealthIndicator indicator) {
        org.springframework.boot.health.contributor.Health health = indicator.health();
        return health != null && health.getStatus().equals(Status.UP);
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
