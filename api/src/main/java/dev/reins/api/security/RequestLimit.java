package dev.reins.api.security;

import dev.reins.api.ApiSettings;
import dev.reins.api.dependency.CannotStart;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How often one key may ask: a token bucket per key, kept by this process. Thread-safe. */
@Component
final class RequestLimit {
    private static final String SETTING = "REINS_API_REQUESTS_PER_MINUTE";
    private static final int MOST = 1_000_000;

    private final int perMinute;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @throws CannotStart a setting that is no such number */
    RequestLimit(ApiSettings settings) {
        this.perMinute = parse(settings.requestsPerMinute());
    }

    private static int parse(String setting) {
        if (!setting.matches("[1-9][0-9]{0,6}") || Integer.parseInt(setting) > MOST) {
            throw new CannotStart(SETTING + " is a whole number from 1 to 1,000,000, not '" + setting + "'");
        }
        return Integer.parseInt(setting);
    }

    int perMinute() {
        return perMinute;
    }

    ConsumptionProbe take(String keyId) {
        return buckets.computeIfAbsent(keyId, id -> full()).tryConsumeAndReturnRemaining(1);
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
