package dev.reins.store.config;

import dev.reins.contracts.ModelProviderSpec;
import dev.reins.store.StoredJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The model providers that workers have published. What any of them has ever had is kept, for workers need not all have the
 * same. Thread-safe.
 */
public final class ModelCatalog {
    private final JdbcClient jdbc;

    public ModelCatalog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public void publish(Collection<ModelProviderSpec> specs) {
        jdbc.sql("""
                        insert into model_providers as known (name, models)
                        select spec ->> 'name', nullif(spec -> 'models', 'null')
                        from jsonb_array_elements(cast(:specs as jsonb)) as spec
                        order by 1
                        on conflict (name) do update set
                            models = case when jsonb_typeof(known.models || excluded.models) = 'array' then (
                                select coalesce(jsonb_agg(distinct model order by model), '[]')
                                from jsonb_array_elements(known.models || excluded.models) as model) end,
                            published_at = clock_timestamp()
                        """).param("specs", StoredJson.write(specs)).update();
    }

    /** By name. */
    public Map<String, ModelProviderSpec> all() {
        Map<String, ModelProviderSpec> all = new TreeMap<>();
        jdbc.sql("select name, models from model_providers")
                .query(ModelCatalog::spec)
                .list()
                .forEach(spec -> all.put(spec.name(), spec));
        return all;
    }

    private static ModelProviderSpec spec(ResultSet row, int index) throws SQLException {
        String models = row.getString("models");
        return new ModelProviderSpec(
                row.getString("name"), models == null ? null : Arrays.asList(StoredJson.read(models, String[].class)));
    }
}
