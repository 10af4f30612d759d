package dev.reins.operations;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.info.InfoEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import tools.jackson.databind.json.JsonMapper;

/** Boot's actuator endpoints at the paths that Boot gives them. Thread-safe. */
final class ManagementPages {
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final Set<Status> UNWELL = Set.of(Status.DOWN, Status.OUT_OF_SERVICE);
    private static final String ROOT = "/actuator/";

    private final HealthEndpoint health;
    private final InfoEndpoint info;
    private final PrometheusMeterRegistry metrics;
    private final JsonMapper json;

    ManagementPages(HealthEndpoint health, InfoEndpoint info, PrometheusMeterRegistry metrics, JsonMapper json) {
        this.health = health;
        this.info = info;
        this.metrics = metrics;
        this.json = json;
    }

    record Page(int status, String contentType, String text) {}

    /** 404 for a path at which there is nothing. */
    Page at(String path) {
        String[] names = path.startsWith(ROOT) ? path.substring(ROOT.length()).split("/") : new String[] {""};
        return switch (names.length == 0 ? "" : names[0]) {
            case "health" -> health(names.length == 1 ? health.health() : health.healthForPath(rest(names)));
            case "info" -> names.length == 1 ? new Page(200, JSON, json.writeValueAsString(info.info())) : nothing();
            case "prometheus" -> names.length == 1 ? new Page(200, PROMETHEUS, metrics.scrape()) : nothing();
            default -> nothing();
        };
    }

    private static String[] rest(String[] names) {
        return Arrays.copyOfRange(names, 1, names.length);
    }

    private Page health(@Nullable HealthDescriptor found) {
        return found == null
                ? nothing()
                : new Page(UNWELL.contains(found.getStatus()) ? 503 : 200, JSON, json.writeValueAsString(found));
    }

    private static Page nothing() {
        return new Page(404, JSON, "{}");
    }
}
