package dev.reins.store.config;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.Audit;
import java.util.List;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** A fresh database with everything that administrators set. */
final class Settings implements AutoCloseable {
    final TestDatabase database = TestDatabase.create();
    final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
    final StrictJson json = new StrictJson();
    final Audit audit = new Audit(database.jdbc());
    final ToolCatalog tools = new ToolCatalog(database.jdbc());
    final ModelCatalog models = new ModelCatalog(database.jdbc());
    final Users users = new Users(database.jdbc(), transaction, json, audit);
    final Projects projects = new Projects(database.jdbc(), transaction, json, audit);
    final Definitions definitions =
            new Definitions(database.jdbc(), transaction, json, new Catalogs(tools, models), audit);
    final Agents agents = new Agents(database.jdbc(), transaction, json, audit);
    final SystemLimits systemLimits = new SystemLimits(database.jdbc(), transaction, json, audit);
    final Tiers tiers = new Tiers(database.jdbc());

    Settings() {
        tools.publish(List.of(new ToolSpec("echo", "Says it", "{}", Category.DEFAULT, Effect.READ, true, false, 0)));
    }

    static JsonNode tree(String json) {
        return StoredJson.read(json);
    }

    List<String> audited() {
        return audit.list(100, null).items().stream()
                .map(entry -> entry.actor() + " " + entry.action())
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
