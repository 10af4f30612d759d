package dev.reins.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.api.ApiSettings;
import dev.reins.api.dependency.CannotStart;
import dev.reins.api.dependency.Setting;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** How often one key may ask: a token bucket per key, kept by this process. Thread-safe. */
@Component
final class RequestLimit {
    private final int perMinute;

    /** A bucket that nobody takes from for a minute is full, as one is that does not exist. */
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().expireAfterAccess(Duration.ofMinutes(1)).build();

    /** @throws CannotStart a setting that is no such number */
    RequestLimit(ApiSettings settings) {
        this.perMinute = new Setting("REINS_API_REQUESTS_PER_MINUTE", settings.requestsPerMinute()).count();
    }

    int perMinute() {
        return perMinute;
    }

    ConsumptionProbe take(String keyId) {
        return buckets.get(keyId, id -> full()).tryConsumeAndReturnRemaining(1);
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
