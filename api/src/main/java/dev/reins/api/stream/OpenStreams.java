package dev.reins.api.stream;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.DatabaseOutage;
import dev.reins.store.access.ApiKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The streams that are open at this process, by key: so many of each, cut when the key is no longer valid, and all ended
 * before the server shuts down, so that clients go on elsewhere. Thread-safe.
 */
@Component
final class OpenStreams implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);
    private static final int RETRY_SECONDS = 5;

    private final ApiKeys keys;
    private final StreamSettings settings;
    private final Map<String, Set<Inbox>> byKey = new ConcurrentHashMap<>();
    private final ScheduledExecutorService checks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("stream-keys").factory());
    private volatile boolean open;

    OpenStreams(ApiKeys keys, StreamSettings settings) {
        this.keys = keys;
        this.settings = settings;
    }

    @Override
    public void start() {
        open = true;
        long period = settings.keyCheck().toMillis();
        checks.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
    }

    /** @throws RequestRejected too_many_requests: the key has all its streams; engine_unavailable: the process is ending */
    void add(String keyId, Inbox inbox) {
        byKey.compute(keyId, (key, inboxes) -> {
            Set<Inbox> all = inboxes == null ? ConcurrentHashMap.newKeySet() : inboxes;
            if (all.size() >= settings.perKey()) {
                throw tooMany();
            }
            all.add(inbox);
            return all;
        });
        if (!open) {
            remove(keyId, inbox);
            throw new RequestRejected(ErrorCode.ENGINE_UNAVAILABLE, "This api is shutting down", List.of(), retry());
        }
    }

    void remove(String keyId, Inbox inbox) {
        byKey.computeIfPresent(keyId, (key, inboxes) -> {
            inboxes.remove(inbox);
            return inboxes.isEmpty() ? null : inboxes;
        });
    }

    private RequestRejected tooMany() {
        return new RequestRejected(
                ErrorCode.TOO_MANY_REQUESTS,
                "This key may have " + settings.perKey() + " streams open at once",
                List.of(),
                Map.of("limit", settings.perKey(), "retryAfter", RETRY_SECONDS));
    }

    private static Map<String, Object> retry() {
        return Map.of("retryAfter", RETRY_SECONDS);
    }

    private void check() {
        Set<String> listening = Set.copyOf(byKey.keySet());
        if (listening.isEmpty()) {
            return;
        }
        try {
            Set<String> valid = keys.stillValid(listening);
            listening.stream().filter(key -> !valid.contains(key)).forEach(this::end);
        } catch (RuntimeException | Error failure) {
            if (!DatabaseOutage.isUnusable(failure)) {
                LOG.error("Keys could not be checked; they are again in {}", settings.keyCheck(), failure);
            }
        }
    }

    private void end(String keyId) {
        byKey.getOrDefault(keyId, Set.of()).forEach(Inbox::close);
    }

    /** Runs before the server stops taking requests, as every lifecycle of the default phase does. */
    @Override
    public void stop() {
        open = false;
        checks.shutdownNow();
        byKey.keySet().forEach(this::end);
    }

    @Override
    public boolean isRunning() {
        return open;
    }
}
