package dev.reins.store.config;

import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.StoredJson;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The tools that workers have published. Thread-safe; specs are kept for some seconds. */
public final class ToolCatalog {
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final InputSchemas schemas = new InputSchemas();
    private volatile @Nullable Read latest;

    private record Read(Map<String, ToolSpec> tools, long nanoTime) {
        boolean isFresh() {
            return System.nanoTime() - nanoTime < KEPT.toNanos();
        }
    }

    public ToolCatalog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws IllegalArgumentException if a tool's input schema is none */
    public void publish(Collection<ToolSpec> specs) {
        specs.forEach(schemas::compile);
        jdbc.sql("""
                        insert into tools (name, spec)
                        select spec ->> 'name', spec from jsonb_array_elements(cast(:specs as jsonb)) as spec
                        order by 1
                        on conflict (name) do update set spec = excluded.spec, published_at = clock_timestamp()
                        """).param("specs", StoredJson.write(specs)).update();
        latest = null;
    }

    /** A tool that is not among those kept is looked for once more, so that a fresh one is found at once. */
    public Optional<ToolSpec> find(String name) {
        ToolSpec known = all().get(name);
        return Optional.ofNullable(known == null ? read().tools().get(name) : known);
    }

    /** By name. */
    public Map<String, ToolSpec> all() {
        Read kept = latest;
        return (kept != null && kept.isFresh() ? kept : read()).tools();
    }

    /**
     * What the tool's schema finds wrong with an input; empty if nothing. Places filled by a {@code {"$from":…}}
     * reference are not looked at.
     *
     * @param pointer where the input stands in the request, for the errors' pointers
     */
    public List<FieldError> check(ToolSpec spec, JsonNode input, String pointer) {
        return schemas.check(spec, input, pointer);
    }

    private Read read() {
        Map<String, ToolSpec> tools = new TreeMap<>();
        jdbc.sql("select spec from tools").query(String.class).list().stream()
                .map(json -> StoredJson.read(json, ToolSpec.class))
                .forEach(spec -> tools.put(spec.name(), spec));
        Read read = new Read(Collections.unmodifiableMap(tools), System.nanoTime());
        latest = read;
        return read;
    }
}
