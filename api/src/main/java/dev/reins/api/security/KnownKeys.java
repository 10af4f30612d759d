package dev.reins.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reins.store.access.ApiKeys;
import dev.reins.store.access.ApiKeys.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Whose a key is, remembered for a second: a caller that asks often is spared a round trip per request. A key revoked at
 * another api is refused here within that second. Thread-safe.
 */
@Component
public final class KnownKeys {
    private static final Duration REMEMBERED = Duration.ofSeconds(1);
    private static final long AT_MOST = 10_000;

    private final ApiKeys keys;
    private final Cache<String, Principal> known;
    private final Object change = new Object();

    /** How often a key was forgotten. What was looked up meanwhile is not remembered: it may be that key. */
    private long forgotten;

    @Autowired
    KnownKeys(ApiKeys keys) {
        this(keys, Ticker.systemTicker());
    }

    KnownKeys(ApiKeys keys, Ticker ticker) {
        this.keys = keys;
        this.known = Caffeine.newBuilder()
                .expireAfterWrite(REMEMBERED)
                .scheduler(Scheduler.systemScheduler())
                .maximumSize(AT_MOST)
                .ticker(ticker)
                .build();
    }

    /** Empty if nobody has the secret, or the key has expired or was revoked. */
    Optional<Caller> find(String secret) {
        return Optional.ofNullable(known.getIfPresent(secret))
                .filter(KnownKeys::lasts)
                .or(() -> lookUp(secret))
                .map(key -> new Caller(key.keyId(), key.role(), key.userId(), key.projectId()));
    }

    /** The database's clock has the last word. */
    private static boolean lasts(Principal key) {
        return key.expiresAt() == null || key.expiresAt().isAfter(Instant.now());
    }

    private Optional<Principal> lookUp(String secret) {
        long before = timesForgotten();
        Optional<Principal> found = keys.find(secret);
        found.ifPresent(key -> remember(secret, key, before));
        return found;
    }

    private long timesForgotten() {
        synchronized (change) {
            return forgotten;
        }
    }

    private void remember(String secret, Principal key, long timesForgotten) {
        synchronized (change) {
            if (forgotten == timesForgotten) {
                known.put(secret, key);
            }
        }
    }

    /** To be called once the key is revoked: what was known of it holds no longer. */
    public void forget(String keyId) {
        synchronized (change) {
            forgotten++;
            known.asMap().values().removeIf(key -> key.keyId().equals(keyId));
        }
    }
}
