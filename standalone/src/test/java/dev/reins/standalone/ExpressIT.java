package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.run.AgentRun;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs that ask for the express lane, seen and controlled from every door. */
class ExpressIT extends TemporalDoor {
    private static final int STEPS = 200;
    private static final int SAMPLES = 10;
    private static final int COMMANDS = 5;
    private static final int QUERIES = 5;

    /** As long as steps may make a workflow task. */
    private static final Duration LONGEST_TASK = Duration.ofMillis(500);

    /** Of a task as the server sees it, the workflow's clock has no part in its way to the worker and back. */
    private static final Duration NOT_COUNTED = Duration.ofMillis(50);

    private static final Pattern STEP_COUNT = Pattern.compile("\"stepCount\":\\s*(\\d+)");
    private static final Map<String, Object> EXPRESS =
            Map.of("lane", "express", "toolTimeoutMs", Map.of("default", 1_000));

    @AfterAll
    static void closeWorld() {
        WORLD.close();
    }

    @Test
    void whatMayGoesTheExpressLaneTheRestDoesNotAndTheRunSaysWhich() {
        Stack.User rich = stack.newUser("unlimited", 1_000);
        List<Map<String, Object>> plan = IntStream.rangeClosed(1, STEPS)
                .mapToObj(step -> step % 20 == 0 ? Plans.get(WORLD.url("/ok")) : Plans.echo(step))
                .toList();

        LiveRun run = LiveRun.start(stack, rich.rest(), Plans.limited(EXPRESS, plan));
        JsonNode row = run.await("completed");

        assertThat(row.path("stepCount").asInt()).isEqualTo(STEPS);
        assertThat(row.path("creditsUsed").asInt()).isEqualTo(10 * STEPS / 20);
        assertThat(run.toolCalls()).hasSize(STEPS).allSatisfy(call -> {
            assertThat(call.path("status").asString()).isEqualTo("completed");
            assertThat(call.path("attempt").asInt()).isEqualTo(1);
        });
        assertThat(run.decisions()).hasSize(STEPS);
        List<JsonNode> completed = run.events("step.completed");
        assertThat(completed).hasSize(STEPS).allSatisfy(event -> {
            boolean request = event.path("stepNumber").asInt() % 20 == 0;
            assertThat(lane(event)).isIn(request ? List.of("activity") : List.of("activity", "express"));
        });
        TemporalHistory history = new TemporalHistory(stack, run.id());
        long activities = completed.stream()
                .filter(event -> lane(event).equals("activity"))
                .count();
        // An express step that is given up just as it is recorded is asked for there too, and gets its record.
        assertThat(history.count("EVENT_TYPE_ACTIVITY_TASK_COMPLETED")).isGreaterThanOrEqualTo(activities);
        assertThat(activities).isBetween((long) STEPS / 20, (long) STEPS / 2);
        assertNoTaskFailed(run.id());
    }

    private static String lane(JsonNode event) {
        return event.path("data").path("lane").asString();
    }

    @Test
    void pauseResumeAndCancelOverRestBindTheNextStep() {
        List<LiveRun> runs =
                IntStream.range(0, SAMPLES).mapToObj(i -> longRun()).toList();

        Latencies.of("pause of an express run", latencies(runs, "pause")).assertWithinTwoSecondsAtP95();
        runs.forEach(run -> assertStands(run, "paused"));
        runs.forEach(run -> assertNoStepBeginsAfter(run, "run.pausing"));
        Latencies.of("resume of an express run", latencies(runs, "resume")).assertWithinTwoSecondsAtP95();
        Latencies.of("cancel of an express run", latencies(runs, "cancel")).assertWithinTwoSecondsAtP95();
        runs.forEach(run -> assertStands(run, "cancelled"));
        runs.forEach(run -> assertNoStepBeginsAfter(run, "run.cancelling"));
    }

    /** Once the request is stored, until the run is resumed. */
    private static void assertNoStepBeginsAfter(LiveRun run, String request) {
        List<String> types = run.list("events").stream()
                .map(event -> event.path("type").asString())
                .toList();
        List<String> after = types.subList(types.lastIndexOf(request), types.size());
        assertThat(after).startsWith(request).doesNotContain("step.started");
    }

    private static void assertStands(LiveRun run, String status) {
        int count = run.row().path("stepCount").asInt();
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.toolCalls()).hasSize(count);
        assertThat(run.toolCalls())
                .noneMatch(call -> call.path("status").asString().equals("running"));
    }

    @Test
    void pauseAndCancelByTheCommandAreHeardAmidTheRun() {
        List<LiveRun> runs = IntStream.range(0, COMMANDS)
                .mapToObj(i -> wellIntoIt(startedByTheCommand(300)))
                .toList();

        for (LiveRun run : runs) {
            command("signal", run, "--name", "pause");
            run.await("paused");
            command("signal", run, "--name", "resume");
            int count = run.row().path("stepCount").asInt();
            run.await(row -> row.path("stepCount").asInt() > count, Duration.ofSeconds(30));
            command("cancel", run);
        }
        runs.forEach(run -> run.await("cancelled"));

        assertHeardAtTheTasksEnd(
                Latencies.of("pause by the command", heard(runs, "pause", "WORKFLOW_EXECUTION_SIGNALED")));
        assertHeardAtTheTasksEnd(
                Latencies.of("cancel by the command", heard(runs, "cancel", "WORKFLOW_EXECUTION_CANCEL_REQUESTED")));
        runs.forEach(this::assertNoTaskFailed);
    }

    /** What comes amid a task waits for its end, which comes after half a second, though Temporal would wait for 8 s. */
    private static void assertHeardAtTheTasksEnd(Latencies heard) {
        heard.assertWithinTwoSecondsAtP95();
        assertThat(heard.percentile(50)).as("%s", heard).isLessThan(Duration.ofMillis(750));
    }

    /** From the first such event to the effect of the first such request. */
    private List<Duration> heard(List<LiveRun> runs, String verb, String event) {
        return runs.stream()
                .map(run -> Duration.between(
                        asked(run, event), LiveRun.time(run.receipts(verb).getFirst(), "effectiveAt")))
                .toList();
    }

    private Instant asked(LiveRun run, String type) {
        return history(run.id()).stream()
                .filter(event -> event.path("eventType").asString().endsWith(type))
                .map(event -> Instant.parse(event.path("eventTime").asString()))
                .findFirst()
                .orElseThrow();
    }

    /** To what the run has spent or reserved by then: not one more step is admitted. */
    @Test
    void aBalanceThatIsLoweredAmidTheRunPausesItAtTheVeryNextStep() {
        Stack.User payer = stack.newUser("unlimited", 1_000);
        List<Map<String, Object>> paid = IntStream.range(0, 300)
                .mapToObj(i -> Plans.with(delay(20 + i), "estimatedCredits", 1))
                .toList();
        LiveRun run = wellIntoIt(LiveRun.start(stack, payer.rest(), Plans.limited(EXPRESS, paid)));

        Object admitted = stack.sql(
                        "update accounts set granted = settled + reserved where user_id = ? returning granted",
                        payer.id())
                .getFirst()
                .get("granted");

        JsonNode paused = run.await("paused");
        assertThat(paused.path("pauseReason").asString()).isEqualTo("insufficient_credits");
        assertThat(paused.path("stepCount").asLong()).isEqualTo(admitted);
        assertThat(paused.path("creditsUsed").asLong()).isEqualTo(admitted);
        assertThat(lastExpressStep(run)).isPositive();
        run.request("cancel?wait=20");
    }

    /** The latest that has gone the express lane so far; 0 before the first. */
    private static int lastExpressStep(LiveRun run) {
        return run.events("step.completed").stream()
                .filter(event -> lane(event).equals("express"))
                .mapToInt(event -> event.path("stepNumber").asInt())
                .max()
                .orElse(0);
    }

    /**
     * Started by the command, it has Temporal's own timeout of workflow tasks: they would last 8 s if nothing ended them. What
     * the workflow does not count (see {@link #NOT_COUNTED}) is a pause of the machine at worst: no task may lose so much to
     * one that it would time out in a run that Reins starts.
     */
    @Test
    void itsWorkflowTasksAreShort() {
        LiveRun run = startedByTheCommand(120);
        run.await("completed");

        Latencies tasks =
                Latencies.of("workflow task of an express run", new TemporalHistory(stack, run.id()).taskTimes());
        System.out.println(tasks);
        assertThat(tasks.percentile(50)).as("%s", tasks).isLessThan(LONGEST_TASK.plus(NOT_COUNTED));
        assertThat(tasks.percentile(75))
                .as("%s", tasks)
                .isLessThan(LONGEST_TASK.multipliedBy(3).dividedBy(2));
        assertThat(tasks.percentile(100)).as("%s", tasks).isLessThan(AgentRun.WORKFLOW_TASK);
    }

    /**
     * A query waits for the end of the task that it meets, and then knows of every express step that was recorded when it was
     * asked. A step of the activity lane may have been recorded and still be on its way to the workflow.
     */
    @Test
    void itsStateIsToldWhileItRunsAndIsNotBehind() {
        LiveRun run = longRun();

        for (int i = 0; i < QUERIES; i++) {
            int recorded = lastExpressStep(run);
            String state = query(run);
            int told = stepCount(state);
            assertThat(told).as(state).isGreaterThanOrEqualTo(recorded);
            assertThat(state).contains("\"status\":\"running\"", "delay", "\"currentStep\":" + (told + 1) + ",");
        }
        assertThat(run.rest().get(run.path() + "?live=true").path("stateSource").asString())
                .isEqualTo("workflow");

        run.request("cancel?wait=20");
    }

    private static int stepCount(String state) {
        return STEP_COUNT
                .matcher(state)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .findFirst()
                .orElseThrow();
    }

    private LiveRun startedByTheCommand(int steps) {
        Map<String, Object> body = new HashMap<>(plan(EXPRESS, delays(steps)));
        body.put("userId", stack.newUser("unlimited", 1).id());
        return start(body);
    }

    /** A run of many short steps, well into its express lane. */
    private LiveRun longRun() {
        return wellIntoIt(
                LiveRun.start(stack, stack.newUser("unlimited", 1).rest(), Plans.limited(EXPRESS, delays(300))));
    }

    private static Object[] delays(int steps) {
        return IntStream.range(0, steps).mapToObj(i -> delay(20 + i)).toArray();
    }

    private static LiveRun wellIntoIt(LiveRun run) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> run.row().path("stepCount").asInt() >= 5);
        return run;
    }

    private static List<Duration> latencies(List<LiveRun> runs, String verb) {
        return runs.stream()
                .map(run -> LiveRun.latency(run.request(verb + "?wait=20")))
                .toList();
    }
}
