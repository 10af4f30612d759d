package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.benchmarks.ground.TemporalServer;
import dev.reins.contracts.Lane;
import dev.reins.contracts.RunId;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.run.AgentRun;
import dev.reins.store.account.Accounts;
import dev.reins.store.config.Agents;
import dev.reins.store.config.Definitions;
import dev.reins.store.config.Projects;
import dev.reins.store.config.Users;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.StartRun;
import dev.reins.store.run.StartRuns;
import dev.reins.worker.WorkerApplication;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reins' own worker, as its process has it, in the process that measures, one for all contestants on a ground; and the
 * start of a run as the api makes it: the row is committed, then the workflow is started.
 */
final class ReinsInProcess implements AutoCloseable {
    static final String PROJECT = "bench";
    static final String USER = "bench-user";
    static final Storage STORAGE = new Storage(true, "reins");

    private static final String ACTOR = "benchmarks";
    private static final long CREDITS = 1_000_000_000_000L;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String databaseUrl;
    private final Path scripts;
    private final ConfigurableApplicationContext worker;
    private final WorkflowServiceStubs service;
    private final WorkflowClient client;
    private final StartRuns starts;
    private final RunViews views;

    static ReinsInProcess on(Ground ground) {
        return ground.shared(ReinsInProcess.class, () -> new ReinsInProcess(ground));
    }

    private ReinsInProcess(Ground ground) {
        this.databaseUrl = ground.postgres().create(Objects.requireNonNull(STORAGE.database()));
        this.scripts = ground.file("scripts");
        this.worker = WorkerApplication.start(
                "--reins.temporal-address=" + ground.temporal().address(),
                "--reins.database-url=" + databaseUrl,
                "--reins.scripts=" + scripts,
                "--reins.operations.management-port=0",
                "--logging.level.dev.reins=warn");
        this.service = ground.temporal().connect();
        this.client = TemporalServer.client(service);
        this.starts = worker.getBean(StartRuns.class);
        this.views = worker.getBean(RunViews.class);
        worker.getBean(Projects.class).create(json(Map.of("id", PROJECT, "name", "Benchmarks")), ACTOR);
        addUser(USER);
    }

    /** One whom no cap binds and who can pay for everything. */
    void addUser(String userId) {
        worker.getBean(Users.class).put(userId, json(Map.of("tier", "unlimited")), ACTOR);
        worker.getBean(Accounts.class).grant(userId, CREDITS, "for benchmarks");
    }

    /** One of the parts that the worker is made of. */
    <T> T part(Class<T> type) {
        return worker.getBean(type);
    }

    /** Its database, with user and password. */
    String databaseUrl() {
        return databaseUrl;
    }

    /** Where it looks for the scripts of its models. */
    Path scripts() {
        return scripts;
    }

    static JsonNode json(Object value) {
        return JSON.valueToTree(value);
    }

    /** Installs an agent and gives its id. */
    String agent(Map<String, Object> definition) {
        String definitionId = worker.getBean(Definitions.class)
                .create(json(definition), ACTOR)
                .id();
        Map<String, String> agent =
                Map.of("projectId", PROJECT, "definitionId", definitionId, "userId", USER, "name", "bench");
        return worker.getBean(Agents.class).create(json(agent), ACTOR).id();
    }

    /** Does a planned run of so many {@code echo} steps, each of which the user is charged {@code credits} for. */
    RunView echo(String runId, String user, int steps, Lane lane, int credits) {
        return complete(runId, echoes(user, steps, lane, credits), steps);
    }

    /** What is posted to start such a run. */
    static JsonNode echoes(String user, int steps, Lane lane, int credits) {
        List<Map<String, Object>> plan = IntStream.rangeClosed(1, steps)
                .mapToObj(step -> Map.<String, Object>of(
                        "tool",
                        "echo",
                        "description",
                        "Echo " + step,
                        "params",
                        Map.of("value", step),
                        "estimatedCredits",
                        credits))
                .toList();
        Map<String, Object> limits = Map.of(
                "maxSteps",
                steps,
                "lane",
                lane.wire(),
                "toolTimeoutMs",
                Map.of("default", Lane.LONGEST_CALL.toMillis()));
        return json(Map.of("userId", user, "plan", plan, "limits", limits));
    }

    /**
     * Does a run and gives its row.
     *
     * @throws IllegalStateException if it did not complete after so many steps
     */
    RunView complete(String runId, JsonNode body, int steps) {
        create(runId, body);
        WorkflowStub workflow = client.newUntypedWorkflowStub(
                AgentRun.TYPE,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(TaskQueues.RUNS)
                        .setWorkflowId(runId)
                        .setWorkflowTaskTimeout(AgentRun.WORKFLOW_TASK)
                        .build());
        workflow.start();
        workflow.getResult(Void.class);
        return completed(runId, steps);
    }

    /** Commits the row of a run, which nothing executes yet. */
    void create(String runId, JsonNode body) {
        starts.start(new StartRun(new RunId(runId), body, PROJECT, null, true, StartedVia.REST));
    }

    /** @throws IllegalStateException if the run did not complete after so many steps */
    RunView completed(String runId, int steps) {
        RunView run = views.find(new RunId(runId)).orElseThrow();
        if (!run.status().equals("completed") || run.stepCount() != steps) {
            throw new IllegalStateException(
                    runId + " is " + run.status() + " after " + run.stepCount() + " steps: " + run.errorMessage());
        }
        return run;
    }

    @Override
    public void close() {
        worker.close();
        service.shutdownNow();
    }
}
