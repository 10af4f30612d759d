package dev.reins.operations;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the labels of some meters from growing with what callers write: of each label the first {@value #MOST} values are
 * kept, every further one is {@code other}. A model may ask for any tool, and anyone at Temporal's door for any query.
 * Thread-safe.
 */
final class FewValues implements MeterFilter {
    static final int MOST = 100;
    private static final String OTHER = "other";

    private final String prefix;
    private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

    FewValues(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith(prefix)) {
            return id;
        }
        List<Tag> tags = id.getTags().stream().map(this::bounded).toList();
        return id.replaceTags(tags);
    }

    private Tag bounded(Tag tag) {
        Set<String> values = known.computeIfAbsent(tag.getKey(), key -> ConcurrentHashMap.newKeySet());
        synchronized (values) {
            boolean kept = values.contains(tag.getValue()) || values.size() < MOST && values.add(tag.getValue());
            return kept ? tag : Tag.of(tag.getKey(), OTHER);
        }
    }
}
