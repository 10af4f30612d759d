package dev.reins.api.security;

import dev.reins.api.ApiSettings;
import dev.reins.api.dependency.CannotStart;
import dev.reins.api.dependency.Setting;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How often one key may ask: a token bucket per key, kept by this process. Thread-safe. */
@Component
final class RequestLimit {
    private final int perMinute;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @throws CannotStart a setting that is no such number */
    RequestLimit(ApiSettings settings) {
        this.perMinute = new Setting("REINS_API_REQUESTS_PER_MINUTE", settings.requestsPerMinute()).count();
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
