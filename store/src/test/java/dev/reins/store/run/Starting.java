package dev.reins.store.run;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.RunId;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.StrictJson;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.Audit;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.config.Users;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database with projects, users, agents and tools in it, and what starts runs there. */
final class Starting implements AutoCloseable {
    final TestDatabase database = TestDatabase.create();
    final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
    final StrictJson json = new StrictJson();
    final RunViews views = new RunViews(database.jdbc());
    final StartRuns runs;

    Starting() {
        ToolCatalog tools = new ToolCatalog(database.jdbc());
        tools.publish(
                List.of(
                        spec(
                                "echo",
                                "{\"type\": \"object\", \"required\": [\"value\"], \"properties\": {\"value\": {\"type\": \"string\"}}, \"additionalProperties\": false}"),
                        spec(
                                "http.request",
                                "{\"type\": \"object\", \"required\": [\"url\"], \"properties\": {\"url\": {\"type\": \"string\"}}}")));
        Users users = new Users(database.jdbc(), transaction, json, new Audit(database.jdbc()));
        runs = new StartRuns(database.jdbc(), transaction, json, tools, users, views);
        database.jdbc().sql(SEED).update();
    }

    private static final String SEED = """
            insert into projects (id, name) values ('p1', 'One'), ('p2', 'Two');
            insert into accounts (user_id, tier) values ('ada', 'pro'), ('bob', 'free'), ('root', 'unlimited');
            insert into definitions (id, version, document) values ('d1', 3, '{
                "name": "Janitor", "instructions": "Tidy up.", "model": {"provider": "scripted", "name": "janitor", "maxTokens": 100},
                "tools": ["echo"], "maxSteps": 9000, "defaultTimeout": 60, "limits": {"maxCredits": 300, "onLimit": "fail"}}');
            insert into agents (id, project_id, definition_id, user_id, name, enabled) values
                ('a1', 'p1', 'd1', 'ada', 'Janitor', true), ('off', 'p1', 'd1', 'ada', 'Idle', false),
                ('a2', 'p2', 'd1', 'ada', 'Elsewhere', true), ('a-bob', 'p1', 'd1', 'bob', 'Bob''s', true);
            """;

    private static ToolSpec spec(String name, String schema) {
        return new ToolSpec(name, "What it does", schema, Category.DEFAULT, Effect.READ, true, false, 0);
    }

    /** As an admin's REST call to project p1. */
    RunView admin(String body) {
        return runs.start(start(body, "p1", null, true));
    }

    /** As a REST call of ada's key, to project p1. */
    RunView ada(String body) {
        return runs.start(start(body, "p1", "ada", false));
    }

    /** As Temporal's door. */
    RunView temporal(String body) {
        return runs.start(start(body, null, null, true));
    }

    StartRun start(String body, @Nullable String project, @Nullable String user, boolean mayNameUser) {
        StartedVia via = project == null ? StartedVia.TEMPORAL : StartedVia.REST;
        return new StartRun(RunId.next(), json.parse(body), project, user, mayNameUser, via);
    }

    long count(String table) {
        return switch (table) {
            case "runs" ->
                database.jdbc()
                        .sql("select count(*) from runs")
                        .query(Long.class)
                        .single();
            case "events" ->
                database.jdbc()
                        .sql("select count(*) from events")
                        .query(Long.class)
                        .single();
            default -> throw new IllegalArgumentException(table);
        };
    }

    @Override
    public void close() {
        database.close();
    }
}
