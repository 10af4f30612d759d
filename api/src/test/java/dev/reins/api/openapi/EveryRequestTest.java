package dev.reins.api.openapi;

import static dev.reins.api.RunningApi.ADMIN_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.api.RunningApi;
import dev.reins.api.World;
import dev.reins.api.openapi.RequestMaker.Request;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever is asked, the answer stands in the document: {@code -Dreins.requests} requests, 5,000 if nothing is said, made
 * from {@code -Dreins.seed}, a random one that is printed if nothing is said.
 */
class EveryRequestTest {
    private static final int THREADS = 4;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern NEEDED = Pattern.compile("(is required|must have a value)$");
    private static final Pattern INSIDES = Pattern.compile(
            "(?m)^\\s+at |\\b(java|javax|org|com|dev|io|tools|jakarta)(\\.[a-z]\\w*)+\\.[A-Z]\\w+|Exception\\b|\\bSQLState\\b");

    /** What a schema does not say: these depend on other members, on who asks, or on what there is. */
    private static final Set<String> RULES = Set.of(
            "startRun /userId",
            "continueRun /prompt",
            "resolveStep /output",
            "putUser /tier",
            "createProject /id",
            "createKey /userId",
            "createKey /projectId",
            "changeAgent /projectId");

    private final OpenApi document = OpenApi.served();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Set<String> succeeded = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();

    @Test
    void everyAnswerStandsInTheDocument() throws InterruptedException {
        int requests = Integer.getInteger("reins.requests", 5_000);
        long seed = Long.getLong("reins.seed", new SecureRandom().nextLong());
        System.out.println(
                "EveryRequestTest sends " + requests + " requests; -Dreins.seed=" + seed + " sends them again");
        try (RunningApi api = RunningApi.withoutTemporal("--REINS_API_REQUESTS_PER_MINUTE=1000000");
                HttpClient http = HttpClient.newHttpClient()) {
            World world = new World(api);
            Map<String, List<String>> known = known(api, world);
            List<String> keys = List.of(
                    ADMIN_KEY,
                    ADMIN_KEY,
                    ADMIN_KEY,
                    ADMIN_KEY,
                    ADMIN_KEY,
                    world.alice,
                    world.alice,
                    world.bob,
                    "garbage",
                    "");
            try (var threads = Executors.newFixedThreadPool(THREADS)) {
                for (int i = 0; i < requests; i++) {
                    Random random = new Random(seed + 1_000_003L * i);
                    threads.execute(
                            () -> check(api, http, () -> new RequestMaker(document, known, keys, random).make()));
                }
            }
        }
        assertThat(faults).as("with -Dreins.seed=%d", seed).isEmpty();
        assertThat(answered).hasValue(requests);
        assertThat(succeeded).as("operations that succeeded at least once").containsAll(expectedToSucceed());
    }

    /** Without Temporal health is 503. */
    private Set<String> expectedToSucceed() {
        return document.operations().stream()
                .map(OpenApi.Operation::id)
                .filter(id -> !id.equals("readHealth"))
                .collect(Collectors.toSet());
    }

    /** Whatever is thrown is a fault: the executor would lose it. */
    private void check(RunningApi api, HttpClient http, Supplier<Request> maker) {
        String asked = "A request that was not made";
        try {
            Request request = maker.get();
            asked = request.toString();
            HttpResponse<InputStream> response = http.send(http(api, request), BodyHandlers.ofInputStream());
            String type =
                    response.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
            try (InputStream in = response.body()) {
                String body =
                        type.equals("text/event-stream") ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                check(request, response.statusCode(), type, body);
            }
            answered.incrementAndGet();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            faults.add(asked + "\n  " + failure);
        }
    }

    private void check(Request request, int status, String type, String body) {
        List<String> found = new ArrayList<>(document.faults(request.operation(), status, type, body));
        if (status >= 500 && !request.operation().id().equals("readHealth")) {
            found.add("5xx");
        }
        if (status < 300) {
            succeeded.add(request.operation().id());
            if (!request.mustBeRefused().isEmpty()) {
                found.add("taken, although the document does not: " + request.mustBeRefused());
            }
        }
        if (status == 400 && request.aim() == RequestMaker.Aim.VALID) {
            found.addAll(refusedMembers(request, body));
        }
        if (INSIDES.matcher(body).find()) {
            found.add("tells of its insides");
        }
        if (!found.isEmpty()) {
            faults.add(
                    request + "\n  " + status + " " + found + "\n  " + body.substring(0, Math.min(600, body.length())));
        }
    }

    /** Members of a body that the document allows and the api does not; a patch may take away what must be there. */
    private static List<String> refusedMembers(Request request, String body) {
        boolean isPatch = request.operation().method().equals("PATCH");
        return JSON.readTree(body)
                .path("errors")
                .valueStream()
                .filter(error -> error.get("pointer").asString().startsWith("/"))
                .filter(error -> !RULES.contains(
                        request.operation().id() + " " + error.get("pointer").asString()))
                .filter(error -> !isPatch
                        || !NEEDED.matcher(error.get("message").asString()).find())
                .map(error -> "refused, although the document allows it: " + error)
                .toList();
    }

    private static HttpRequest http(RunningApi api, Request request) {
        var builder = HttpRequest.newBuilder(api.uri(request.target()))
                .method(
                        request.operation().method(),
                        request.operation().node().has("requestBody")
                                ? BodyPublishers.ofByteArray(request.body())
                                : BodyPublishers.noBody());
        request.headers().forEach(builder::header);
        return builder.build();
    }

    /** What there is, by the name of what asks for it. */
    private static Map<String, List<String>> known(RunningApi api, World world) {
        Map<String, List<String>> known = new LinkedHashMap<>();
        var prepared = new PreparedRuns(api, world);
        List<String> ofAgents = List.of(prepared.ofAgent(), prepared.ofAgent(), prepared.ofAgent());
        List<String> runs = new ArrayList<>(List.of(
                prepared.queued(),
                prepared.queued(),
                prepared.paused(),
                prepared.paused(),
                prepared.ended(),
                prepared.ended()));
        runs.addAll(ofAgents);
        runs.add(prepared.inDoubt());
        known.put("runId", runs);
        known.put("cancelAgentRun.runId", ofAgents);
        // Of nobody else's: a run that another request has cancelled has no doubts left to resolve.
        known.put("resolveStep.runId", List.of(prepared.inDoubt(), prepared.inDoubt(), prepared.inDoubt()));
        known.put("pauseRun.runId", List.of(prepared.queued(), prepared.queued()));
        known.put("pauseTask.taskId", List.of(prepared.queued(), prepared.queued()));
        known.put("resumeRun.runId", List.of(prepared.paused(), prepared.paused()));
        known.put("resumeTask.taskId", List.of(prepared.paused(), prepared.paused()));
        known.put("step", List.of("1", "1", "2"));
        known.put("taskId", runs);
        known.put("agentId", List.of(world.agentId));
        known.put("definitionId", List.of(world.definitionId));
        known.put("projectId", List.of("demo", "demo", "demo", "other"));
        known.put("userId", List.of("alice", "bob"));
        known.put("tool", List.of("echo"));
        known.put("tools", List.of("echo"));
        known.put("tier", List.of("free", "pro"));
        known.put("name", List.of("free", "pro"));
        known.put("If-Match", List.of("*", "\"1\"", "\"1\", \"2\""));
        known.put("Last-Event-ID", List.of("0", "1"));
        known.put("id", List.of("demo", "alice"));
        addIds(api, world, known);
        return known;
    }

    private static void addIds(RunningApi api, World world, Map<String, List<String>> known) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(api.post(ADMIN_KEY, "/api/admin/keys", "{\"role\": \"admin\"}")
                    .data()
                    .get("id")
                    .asString());
        }
        List.of("readKey", "revokeKey").forEach(operation -> known.put(operation + ".id", keys));
        List.of("readDefinition", "changeDefinition", "listDefinitionVersions")
                .forEach(operation -> known.put(operation + ".id", List.of(world.definitionId)));
        List.of("readAgent", "changeAgent").forEach(operation -> known.put(operation + ".id", List.of(world.agentId)));
        known.put("readProject.id", List.of("demo"));
        List.of("putUser", "readUser", "grantCredits", "readCredits", "listLedger")
                .forEach(operation -> known.put(operation + ".id", List.of("alice", "bob")));
    }
}
