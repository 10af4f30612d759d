package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an administrator changes is in the audit trail, or it is not changed. */
class AuditTest {
    private static RunningApi api;
    private static World world;
    private static String key;
    private static String adminId;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        key = api.post(ADMIN_KEY, "/api/admin/keys", "{\"role\": \"admin\"}")
                .data()
                .get("id")
                .asString();
        adminId = text("select id from api_keys order by id limit 1");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "POST   | keys                           | {'role': 'admin'}      | api_keys      | key.created",
                "DELETE | keys/KEY                       | {}                     | api_keys      | key.revoked",
                "PATCH  | limits                         | {'maxSteps': 499}      | system_limits | limits.changed",
                "PATCH  | agent-definitions/DEFINITION   | {'maxSteps': 7}        | definitions   | definition.changed",
                "PATCH  | agents/AGENT                   | {'enabled': false}     | agents        | agent.changed",
                "PUT    | users/alice                    | {'tier': 'enterprise'} | accounts      | user.put",
                "POST   | users/bob/credits              | {'amount': 5}          | accounts      | credits.granted",
                "POST   | projects                       | {'name': 'Audited'}    | projects      | project.created"
            })
    void leavesNoChangeWithoutARow(String method, String path, String body, String table, String action) {
        String before = content(table);
        sql("create trigger stuck before insert on audit for each row execute function refuse_change()");
        try {
            assertThat(ask(method, path, body).status()).isEqualTo(500);
        } finally {
            sql("drop trigger stuck on audit");
        }
        assertThat(content(table)).isEqualTo(before);

        assertThat(ask(method, path, body).status()).isIn(200, 201);

        assertThat(content(table)).isNotEqualTo(before);
        assertThat(latest()).isEqualTo(adminId + " " + action);
    }

    private static Answer ask(String method, String path, String body) {
        String there = path.replace("KEY", key)
                .replace("DEFINITION", world.definitionId)
                .replace("AGENT", world.agentId);
        return api.send(method, ADMIN_KEY, "/api/admin/" + there, BodyPublishers.ofString(body.replace('\'', '"')));
    }

    private static String content(String table) {
        return text("select string_agg(t::text, ' ' order by t::text) from " + table + " t");
    }

    private static String latest() {
        return text("select actor || ' ' || action from audit order by id desc limit 1");
    }

    private static String text(String query) {
        return api.database.jdbc().sql(query).query(String.class).single();
    }

    private static void sql(String statement) {
        api.database.jdbc().sql(statement).update();
    }
}
