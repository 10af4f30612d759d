package dev.reins.operations;

import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Whether every task queue is polled: tells how many poll each. */
public final class PollerHealth implements HealthIndicator {
    private final Pollers pollers;
    private final Predicate<String> counted;
    private final Status otherwise;

    private PollerHealth(Pollers pollers, Predicate<String> counted, Status otherwise) {
        this.pollers = pollers;
        this.counted = counted;
        this.otherwise = otherwise;
    }

    /** Whether anybody polls. Nobody does not make the process that asks unwell: its status is {@code UNKNOWN}. */
    public static PollerHealth ofAnyone(Pollers pollers) {
        return new PollerHealth(pollers, identity -> true, Status.UNKNOWN);
    }

    /** Whether this worker polls; else it is {@code OUT_OF_SERVICE}. */
    public static PollerHealth of(Pollers pollers, String identity) {
        return new PollerHealth(pollers, identity::equals, Status.OUT_OF_SERVICE);
    }

    @Override
    public Health health() {
        try {
            return pollers.identities()
                    .map(this::health)
                    .orElseGet(() -> Health.unknown().build());
        } catch (StatusRuntimeException away) {
            return Health.status(otherwise).build();
        }
    }

    private Health health(Map<String, Set<String>> identities) {
        Map<String, Long> counts = new LinkedHashMap<>();
        identities.forEach((queue, polling) ->
                counts.put(queue, polling.stream().filter(counted).count()));
        boolean all = counts.values().stream().allMatch(count -> count > 0);
        return Health.status(all ? Status.UP : otherwise).withDetails(counts).build();
    }
}
