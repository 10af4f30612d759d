package dev.reins.api.openapi;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi;
import dev.reins.api.World;
import dev.reins.api.openapi.OpenApi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every operation of the document, asked by everyone about what is alice's: the answers are the table's. */
class AuthorizationMatrixTest {
    private static final OpenApi DOCUMENT = OpenApi.served();

    private enum Who {
        NOBODY,
        GARBAGE,
        EXPIRED,
        REVOKED,
        /** The owner, with a key of another project. */
        FOREIGNER,
        /** Another user of the same project. */
        NEIGHBOUR,
        OWNER,
        ADMIN
    }

    /** By operation, in the order of {@link Who}. */
    private static final Map<String, List<Integer>> TABLE = table("""
            startRun               401 401 401 401   404 404 201 201
            listRuns               401 401 401 401   404 200 200 200
            readRun                401 401 401 401   404 404 200 200
            listMessages           401 401 401 401   404 404 200 200
            listToolCalls          401 401 401 401   404 404 200 200
            listGuardDecisions     401 401 401 401   404 404 200 200
            listReceipts           401 401 401 401   404 404 200 200
            listEvents             401 401 401 401   404 404 200 200
            listProjectEvents      401 401 401 401   404 200 200 200
            continueRun            401 401 401 401   404 404 201 201
            pauseRun               401 401 401 401   404 404 202 202
            resumeRun              401 401 401 401   404 404 202 202
            cancelRun              401 401 401 401   404 404 202 202
            resolveStep            401 401 401 401   404 404 202 202
            pauseTask              401 401 401 401   404 404 202 202
            resumeTask             401 401 401 401   404 404 202 202
            readEffectiveLimits    401 401 401 401   404 404 200 200
            cancelAgentRun         401 401 401 401   403 403 403 202
            createDefinition       401 401 401 401   403 403 403 201
            listDefinitions        401 401 401 401   403 403 403 200
            readDefinition         401 401 401 401   403 403 403 200
            changeDefinition       401 401 401 401   403 403 403 200
            listDefinitionVersions 401 401 401 401   403 403 403 200
            createAgent            401 401 401 401   403 403 403 201
            listAgents             401 401 401 401   403 403 403 200
            readAgent              401 401 401 401   403 403 403 200
            changeAgent            401 401 401 401   403 403 403 200
            createProject          401 401 401 401   403 403 403 201
            listProjects           401 401 401 401   403 403 403 200
            readProject            401 401 401 401   403 403 403 200
            putUser                401 401 401 401   403 403 403 200
            readUser               401 401 401 401   403 403 403 200
            grantCredits           401 401 401 401   403 403 403 201
            readCredits            401 401 401 401   403 403 403 200
            listLedger             401 401 401 401   403 403 403 200
            createKey              401 401 401 401   403 403 403 201
            listKeys               401 401 401 401   403 403 403 200
            readKey                401 401 401 401   403 403 403 200
            revokeKey              401 401 401 401   403 403 403 200
            readSystemLimits       401 401 401 401   403 403 403 200
            changeSystemLimits     401 401 401 401   403 403 403 200
            listTiers              401 401 401 401   403 403 403 200
            readTier               401 401 401 401   403 403 403 200
            readGuardStats         401 401 401 401   403 403 403 200
            listFindings           401 401 401 401   403 403 403 200
            readHealth             503 503 503 503   503 503 503 503
            """);

    private static RunningApi api;
    private static HttpClient http;
    private static World world;
    private static PreparedRuns runs;
    private static Map<Who, String> keys;

    private record Asked(int status, String contentType, String body) {}

    @BeforeAll
    static void start() {
        api = RunningApi.withoutTemporal();
        http = HttpClient.newHttpClient();
        world = new World(api);
        runs = new PreparedRuns(api, world);
        keys = Map.of(
                Who.NOBODY,
                "",
                Who.GARBAGE,
                "rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                Who.EXPIRED,
                expired(),
                Who.REVOKED,
                revoked(),
                Who.FOREIGNER,
                key("alice", "other").get("key").asString(),
                Who.NEIGHBOUR,
                world.bob,
                Who.OWNER,
                world.alice,
                Who.ADMIN,
                ADMIN_KEY);
    }

    @AfterAll
    static void stop() {
        http.close();
        api.close();
    }

    private static JsonNode key(String userId, String projectId) {
        return api.post(ADMIN_KEY, "/api/admin/keys", """
                {"userId": "%s", "projectId": "%s", "role": "user"}""".formatted(userId, projectId))
                .data();
    }

    private static String expired() {
        String key = World.key(api, "alice", ", \"expiresAt\": \"2099-01-01T00:00:00Z\"");
        api.database
                .jdbc()
                .sql("update api_keys set expires_at = clock_timestamp() where expires_at is not null")
                .update();
        return key;
    }

    private static String revoked() {
        JsonNode key = key("alice", "demo");
        api.send("DELETE", ADMIN_KEY, "/api/admin/keys/" + key.get("id").asString(), BodyPublishers.noBody());
        return key.get("key").asString();
    }

    private static Map<String, List<Integer>> table(String rows) {
        return rows.lines()
                .map(row -> row.split("\\s+"))
                .collect(Collectors.toMap(
                        cells -> cells[0],
                        cells -> Arrays.stream(cells)
                                .skip(1)
                                .map(Integer::valueOf)
                                .toList(),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    @Test
    void everyOperationHasARow() {
        Set<String> operations =
                DOCUMENT.operations().stream().map(Operation::id).collect(Collectors.toSet());

        assertThat(TABLE.keySet()).isEqualTo(operations);
        assertThat(TABLE.values()).allSatisfy(row -> assertThat(row).hasSize(Who.values().length));
    }

    @Test
    void everyCellIsAsTheTableSays() {
        var soft = new SoftAssertions();
        for (Operation operation : DOCUMENT.operations()) {
            for (Who who : Who.values()) {
                checkCell(operation, who, "application/json", soft);
                if (operation.isStream()) {
                    checkCell(operation, who, "text/event-stream", soft);
                }
            }
        }
        soft.assertAll();
    }

    private void checkCell(Operation operation, Who who, String accept, SoftAssertions soft) {
        String run = run(operation);
        Asked asked = ask(operation, who, accept, run);
        String cell = operation.id() + " by " + who + " for " + accept;
        soft.assertThat(asked.status())
                .as(cell + ": " + asked.body())
                .isEqualTo(TABLE.get(operation.id()).get(who.ordinal()));
        soft.assertThat(DOCUMENT.faults(operation, asked.status(), asked.contentType(), asked.body()))
                .as(cell)
                .isEmpty();
        if (asked.status() == 404) {
            soft.assertThat(asked.body())
                    .as(cell + " is as if there were none")
                    .isEqualTo(ask(operation, who, accept, "run-none").body());
            soft.assertThat(asked.body()).as(cell).doesNotContain("alice");
        }
    }

    private Asked ask(Operation operation, Who who, String accept, String run) {
        String key = keys.get(who);
        HttpRequest.Builder request = api.request(key, path(operation, run))
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .method(operation.method(), BodyPublishers.ofString(body(operation, run)));
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            String type =
                    response.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
            try (InputStream in = response.body()) {
                boolean endless = type.equals("text/event-stream");
                return new Asked(
                        response.statusCode(),
                        type,
                        endless ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String path(Operation operation, String run) {
        String path = operation
                .path()
                .replace("{projectId}", "demo")
                .replace("{runId}", run)
                .replace("{agentId}", world.agentId)
                .replace("{step}", "1")
                .replace("{name}", "free")
                .replace("{id}", operation.path().contains("{id}") ? id(operation) : "");
        return operation.id().equals("readEffectiveLimits") ? path + "?agentId=" + world.agentId : path;
    }

    private static String id(Operation operation) {
        String path = operation.path();
        if (path.startsWith("/api/admin/keys")) {
            return key("alice", "demo").get("id").asString();
        }
        Map<String, String> ids = Map.of(
                "agent-definitions", world.definitionId, "agents", world.agentId, "projects", "demo", "users", "alice");
        return ids.get(path.split("/")[3]);
    }

    private static String body(Operation operation, String run) {
        if (!operation.node().has("requestBody")) {
            return "";
        }
        Function<String, String> filled = text -> text.replace("AGENT", world.agentId)
                .replace("DEFINITION", world.definitionId)
                .replace("RUN", run)
                .replace('\'', '"');
        return switch (operation.id()) {
            case "startRun" -> filled.apply("{'agentId': 'AGENT', 'prompt': 'hello'}");
            case "continueRun", "pauseRun", "resumeRun", "cancelRun", "cancelAgentRun" -> "{}";
            case "pauseTask", "resumeTask" -> filled.apply("{'taskId': 'RUN'}");
            case "resolveStep" -> "{\"outcome\": \"skip\"}";
            case "createAgent" ->
                filled.apply("{'projectId': 'demo', 'definitionId': 'DEFINITION', 'userId': 'alice', 'name': 'a'}");
            case "changeAgent" -> "{\"enabled\": true}";
            default ->
                operation
                        .node()
                        .at("/requestBody/content/application~1json/example")
                        .toString();
        };
    }

    /** A run of alice's in the state that the operation needs. */
    private static String run(Operation operation) {
        boolean names = operation.path().contains("{runId}") || operation.id().endsWith("Task");
        if (!names) {
            return "";
        }
        return switch (operation.id()) {
            case "cancelAgentRun" -> runs.ofAgent();
            case "continueRun" -> runs.ended();
            case "resumeRun", "resumeTask" -> runs.paused();
            case "resolveStep" -> runs.inDoubt();
            default -> runs.queued();
        };
    }

    @Test
    void listsHoldAndCountOnlyOnesOwn() {
        String mine = World.run(api, world.alice);
        String others = World.run(api, world.bob);

        JsonNode list = api.get(world.bob, RUNS + "?limit=1000").data();

        assertThat(list.get("items").findValuesAsString("userId")).containsOnly("bob");
        assertThat(list.get("items").findValuesAsString("id")).contains(others).doesNotContain(mine);
        assertThat(list.get("totalCount").asInt()).isEqualTo(list.get("items").size());
    }

    @Test
    void filtersFindNothingOfOthers() {
        World.run(api, world.alice);

        JsonNode list = api.get(world.bob, RUNS + "?userId=alice").data();

        assertThat(list.get("items").isEmpty()).isTrue();
        assertThat(list.get("totalCount").asInt()).isZero();
        assertThat(api.get(world.bob, "/api/projects/demo/effective-limits?userId=alice")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(world.bob, RUNS + "?agentId=" + world.agentId)
                        .data()
                        .get("totalCount")
                        .asInt())
                .isZero();
    }

    @Test
    void cursorsOfOthersLeadToNothingOfTheirs() {
        World.run(api, world.alice);
        World.run(api, world.alice);
        World.run(api, world.bob);
        String cursor =
                api.get(world.alice, RUNS + "?limit=1").data().get("nextCursor").asString();

        var answer = api.get(world.bob, RUNS + "?limit=1000&cursor=" + cursor);

        assertThat(answer.response().body()).doesNotContain("alice");
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void idempotencyKeysAreEachPrincipalsOwn() {
        String plan = World.PLAN;
        var first = api.post(world.alice, RUNS, plan, "Idempotency-Key", "shared");
        var others = api.post(world.bob, RUNS, plan, "Idempotency-Key", "shared");
        var again = api.post(world.alice, RUNS, plan, "Idempotency-Key", "shared");

        assertThat(others.status()).isEqualTo(201);
        assertThat(others.header("Idempotency-Replayed")).isEmpty();
        assertThat(others.data().get("userId").asString()).isEqualTo("bob");
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.response().body()).isEqualTo(first.response().body());
    }
}
