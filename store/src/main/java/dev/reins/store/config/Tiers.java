package dev.reins.store.config;

import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.contracts.limits.TierLimits;
import dev.reins.store.Columns;
import dev.reins.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The tiers that users belong to: data, from the smallest to the largest. */
public final class Tiers {
    private final JdbcClient jdbc;

    /** @param limits what the tier says; what it leaves out is the system's, an explicit null means no cap */
    public record TierView(String name, JsonNode limits) {}

    public Tiers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<TierView> all() {
        return jdbc.sql("select name, limits from tiers order by position")
                .query(Tiers::view)
                .list();
    }

    public Optional<TierView> find(String name) {
        return jdbc.sql("select name, limits from tiers where name = :name")
                .param("name", name)
                .query(Tiers::view)
                .optional();
    }

    private static TierView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new TierView(columns.text("name"), columns.json("limits"));
    }

    /** Takes apart what a tier sets and what it explicitly leaves open. */
    static TierLimits limits(String tier, JsonNode document) {
        Set<String> uncapped = new HashSet<>();
        JsonNode said = withoutNulls(document, "", uncapped);
        return new TierLimits(tier, StoredJson.read(said.toString(), LimitsPatch.class), uncapped);
    }

    private static JsonNode withoutNulls(JsonNode document, String path, Set<String> nulls) {
        ObjectNode said = JsonNodeFactory.instance.objectNode();
        document.forEachEntry((name, value) -> {
            if (value.isNull()) {
                nulls.add(path + name);
            } else if (value.isObject()) {
                said.set(name, withoutNulls(value, path + name + ".", nulls));
            } else {
                said.set(name, value);
            }
        });
        return said;
    }
}
