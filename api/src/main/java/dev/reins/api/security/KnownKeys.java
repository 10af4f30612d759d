package dev.reins.api.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reins.store.access.ApiKeys;
import dev.reins.store.access.ApiKeys.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Whose a key is, looked up at most once a second for each: a caller that asks often is spared a round trip per request.
 * A key revoked at another api is refused here within that second. Thread-safe.
 */
@Component
public final class KnownKeys {
    static final Duration LOOKED_UP_AGAIN = Duration.ofSeconds(1);
    private static final long AT_MOST = 10_000;

    private final ApiKeys keys;
    private final Cache<String, Principal> known;

    /** Held for writing by who forgets a key: a look-up that began before has not found it after. */
    private final ReadWriteLock lookingUp = new ReentrantReadWriteLock();

    @Autowired
    KnownKeys(ApiKeys keys) {
        this(keys, Ticker.systemTicker());
    }

    KnownKeys(ApiKeys keys, Ticker ticker) {
        this.keys = keys;
        this.known = Caffeine.newBuilder()
                .expireAfterWrite(LOOKED_UP_AGAIN)
                .maximumSize(AT_MOST)
                .ticker(ticker)
                .build();
    }

    /** Empty if nobody has the secret, or the key has expired or was revoked. */
    Optional<Caller> find(String secret) {
        return Optional.ofNullable(known.getIfPresent(secret))
                .or(() -> lookUp(secret))
                .filter(KnownKeys::lasts)
                .map(key -> new Caller(key.keyId(), key.role(), key.userId(), key.projectId()));
    }

    private Optional<Principal> lookUp(String secret) {
        lookingUp.readLock().lock();
        try {
            Optional<Principal> found = keys.find(secret);
            found.ifPresent(key -> known.put(secret, key));
            return found;
        } finally {
            lookingUp.readLock().unlock();
        }
    }

    private static boolean lasts(Principal key) {
        return key.expiresAt() == null || key.expiresAt().isAfter(Instant.now());
    }

    /** To be called once the key is revoked: what was known of it holds no longer. */
    public void forget(String keyId) {
        lookingUp.writeLock().lock();
        try {
            known.asMap().values().removeIf(key -> key.keyId().equals(keyId));
        } finally {
            lookingUp.writeLock().unlock();
        }
    }
}
