package dev.reins.api;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi.Answer;
import dev.reins.store.reconcile.ReconcilerLog;
import dev.reins.store.reconcile.ReconcilerLog.Finding;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ExplanationTest {
    private static final String LIMITS = "/api/projects/demo/effective-limits";
    private static RunningApi api;
    private static World world;

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        world = new World(api);
        api.send(
                "PATCH",
                ADMIN_KEY,
                "/api/admin/agent-definitions/" + world.definitionId,
                BodyPublishers.ofString("{\"maxSteps\": 33, \"limits\": {\"maxCredits\": 5000}}"));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void assertLimit(JsonNode limits, String name, String value, String source) {
        assertThat(limits.get(name).toString()).isEqualTo("{\"value\":" + value + ",\"source\":\"" + source + "\"}");
    }

    @Test
    void eachLimitSaysWhichLayerItCameFrom() {
        JsonNode limits =
                api.get(world.alice, LIMITS + "?agentId=" + world.agentId).data();

        assertLimit(limits, "maxSteps", "33", "definition");
        assertLimit(limits, "maxCredits", "1000", "tier");
        assertLimit(limits, "ratePerMinute.browser", "10", "tier");
        assertLimit(limits, "toolTimeoutMs.http", "15000", "system");
        assertLimit(limits, "timeoutSeconds", "null", "system");
        assertLimit(limits, "onLimit", "\"pause\"", "system");
    }

    @Test
    void limitsAreThoseThatARunReallyGets() {
        JsonNode limits =
                api.get(world.alice, LIMITS + "?agentId=" + world.agentId).data();
        JsonNode run = api.post(world.alice, RUNS, "{\"agentId\": \"" + world.agentId + "\", \"prompt\": \"hello\"}")
                .data();

        assertThat(run.get("maxSteps")).isEqualTo(limits.at("/maxSteps/value"));
        assertThat(run.get("maxCredits")).isEqualTo(limits.at("/maxCredits/value"));
    }

    @Test
    void userSeesTheirOwnLimitsAndAnAdministratorAnybodys() {
        assertLimit(api.get(world.bob, LIMITS).data(), "maxCredits", "10000", "system");
        assertLimit(api.get(ADMIN_KEY, LIMITS + "?userId=alice").data(), "maxCredits", "1000", "tier");
        assertLimit(api.get(ADMIN_KEY, LIMITS + "?agentId=" + world.agentId).data(), "maxCredits", "1000", "tier");
        String bobs = LIMITS + "?userId=bob&agentId=" + world.agentId;
        assertLimit(api.get(ADMIN_KEY, bobs).data(), "maxCredits", "5000", "definition");

        assertThat(api.get(world.bob, LIMITS + "?userId=alice").status()).isEqualTo(404);
        assertThat(api.get(world.bob, LIMITS + "?agentId=" + world.agentId).status())
                .isEqualTo(404);
        assertThat(api.get(world.bob, "/api/projects/other/effective-limits").status())
                .isEqualTo(404);
        assertThat(api.get(ADMIN_KEY, LIMITS).status()).isEqualTo(400);
        assertThat(api.get(ADMIN_KEY, LIMITS + "?userId=nobody").status()).isEqualTo(404);
        assertThat(api.get(ADMIN_KEY, "/api/projects/none/effective-limits?userId=bob")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(ADMIN_KEY, "/api/projects/other/effective-limits?agentId=" + world.agentId)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void countsWhatGuardsSaidWithinAWindowAndAProject() {
        String run = World.run(api, world.alice);
        api.database.jdbc().sql("""
                        insert into guard_decisions (run_id, step_number, guard, verdict, wait_ms, at) values
                            (:run, 1, null, 'admitted', null, '2026-03-01T10:00:00Z'),
                            (:run, 2, null, 'admitted', null, '2026-03-01T10:00:01Z'),
                            (:run, 3, 'rate', 'waiting', 1000, '2026-03-01T10:00:02Z'),
                            (:run, 3, 'rate', 'waiting', 500, '2026-03-01T10:00:03Z'),
                            (:run, 4, 'loop', 'failed', null, '2026-03-01T10:00:04Z'),
                            (:run, 5, null, 'admitted', null, '2026-03-01T11:00:00Z')
                        """).param("run", run).update();
        String window = "/api/admin/guard-stats?from=2026-03-01T10:00:00Z&to=2026-03-01T11:00:00Z";

        JsonNode guards = api.get(ADMIN_KEY, window).data().get("guards");

        assertThat(guards.values())
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"guard\":\"loop\",\"verdict\":\"failed\",\"decisions\":1,\"steps\":1,\"waitMsTotal\":0,\"waitMsMax\":null}",
                        "{\"guard\":\"rate\",\"verdict\":\"waiting\",\"decisions\":2,\"steps\":1,\"waitMsTotal\":1500,\"waitMsMax\":1000}",
                        "{\"guard\":null,\"verdict\":\"admitted\",\"decisions\":2,\"steps\":2,\"waitMsTotal\":0,\"waitMsMax\":null}");
        assertThat(api.get(ADMIN_KEY, window + "&projectId=demo").data().get("guards"))
                .isEqualTo(guards);
        assertThat(api.get(ADMIN_KEY, window + "&projectId=other")
                        .data()
                        .get("guards")
                        .isEmpty())
                .isTrue();
        assertThat(api.get(ADMIN_KEY, "/api/admin/guard-stats").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=yesterday",
                "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                "from=2000-01-01T00:00:00Z",
                "since=1"
            })
    void refusesAWindowThatIsNone(String query) {
        assertThat(api.get(ADMIN_KEY, "/api/admin/guard-stats?" + query).status())
                .isEqualTo(400);
    }

    @Test
    void showsWhatTheReconcilerFound() {
        ReconcilerLog log = api.bean(ReconcilerLog.class);
        log.found(new Finding("run-1", "running", "terminated", "made it terminated", Instant.EPOCH));
        log.found(new Finding("run-2", "running", null, "made it failed", Instant.EPOCH));

        Answer first = api.get(ADMIN_KEY, "/api/admin/consistency?limit=1");

        assertThat(first.data().get("totalCount").asInt()).isEqualTo(2);
        assertThat(first.data().at("/items/0").toString())
                .isEqualTo("{\"runId\":\"run-2\",\"row\":\"running\",\"workflow\":null,\"action\":\"made it failed\","
                        + "\"at\":\"1970-01-01T00:00:00Z\"}");
        String cursor = first.data().get("nextCursor").asString();
        assertThat(api.get(ADMIN_KEY, "/api/admin/consistency?cursor=" + cursor)
                        .data()
                        .at("/items/0/runId")
                        .asString())
                .isEqualTo("run-1");
        assertThat(api.get(ADMIN_KEY, "/api/admin/keys?cursor=" + cursor).status())
                .isEqualTo(400);
    }

    @Test
    void showsOneTier() {
        assertThat(api.get(ADMIN_KEY, "/api/admin/tiers/free")
                        .data()
                        .at("/limits/maxCredits")
                        .asInt())
                .isEqualTo(1000);
        assertThat(api.get(ADMIN_KEY, "/api/admin/tiers/gold").status()).isEqualTo(404);
    }

    @Test
    void saysWhatChangedInEachVersionAndWhoseHandItWas() {
        String versions = "/api/admin/agent-definitions/" + world.definitionId + "/versions";

        JsonNode items = api.get(ADMIN_KEY, versions).data().get("items");

        assertThat(items.get(0).get("changes").isEmpty()).isTrue();
        assertThat(items.get(1).get("version").asInt()).isEqualTo(2);
        assertThat(items.get(1).get("changedBy").asString()).isNotBlank();
        assertThat(items.get(1).get("changes").toString())
                .isEqualTo("[{\"field\":\"/limits/maxCredits\",\"from\":null,\"to\":5000},"
                        + "{\"field\":\"/maxSteps\",\"from\":null,\"to\":33}]");
    }
}
