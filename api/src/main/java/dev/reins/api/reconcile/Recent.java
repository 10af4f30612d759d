package dev.reins.api.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers for a while what need not be done again. Bounded; what falls out is done once more, harmlessly. Thread-safe. */
final class Recent {
    private static final int CAPACITY = 10_000;

    private final Map<String, Instant> until = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > CAPACITY;
        }
    };

    synchronized boolean contains(String id) {
        Instant end = until.get(id);
        return end != null && Instant.now().isBefore(end);
    }

    synchronized void add(String id, Duration time) {
        until.remove(id);
        until.put(id, Instant.now().plus(time));
    }
}
