package dev.reins.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reins.store.access.ApiKeys;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Whose a key is, looked up at most once a second for each: a caller that asks often is spared a round trip per request.
 * A key revoked at another api is refused here within that second. Thread-safe.
 */
@Component
public final class KnownKeys {
    private static final Duration LOOKED_UP_AGAIN = Duration.ofSeconds(1);
    private static final long AT_MOST = 10_000;

    private final ApiKeys keys;
    private final Cache<String, Caller> known = Caffeine.newBuilder()
            .expireAfterWrite(LOOKED_UP_AGAIN)
            .maximumSize(AT_MOST)
            .build();

    KnownKeys(ApiKeys keys) {
        this.keys = keys;
    }

    /** Empty if nobody has the secret, or the key has expired or was revoked. */
    Optional<Caller> find(String secret) {
        return Optional.ofNullable(known.getIfPresent(secret)).or(() -> lookUp(secret));
    }

    private Optional<Caller> lookUp(String secret) {
        Optional<Caller> found =
                keys.find(secret).map(key -> new Caller(key.keyId(), key.role(), key.userId(), key.projectId()));
        found.ifPresent(caller -> known.put(secret, caller));
        return found;
    }

    /** What was known of this key holds no longer. */
    public void forget(String keyId) {
        known.asMap().values().removeIf(key -> key.keyId().equals(keyId));
    }
}
