package dev.reins.api;

import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.api.RunningApi.Answer;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunState;
import io.temporal.common.converter.RawValue;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LiveStateTest {
    private static Temporal temporal;
    private static WorkerFactory workers;
    private static RunningApi api;
    private static World world;

    /** What a workflow does when it is asked, and which status it tells. */
    private static volatile Supplier<RunStatus> told = () -> RunStatus.RUNNING;

    /** A run that waits for ever and tells so. */
    public static final class WaitingRun implements AgentRun {
        @Override
        public void run(RawValue input) {
            Workflow.await(() -> false);
        }

        @Override
        public void pause(RawValue payload) {}

        @Override
        public void resume(RawValue payload) {}

        @Override
        public RunState state() {
            return new RunState(
                    told.get(),
                    WaitingFor.RATE_LIMIT,
                    1_767_225_600_000L,
                    "Try again in 23s",
                    null,
                    7,
                    500,
                    70,
                    10_000L,
                    1,
                    2,
                    null,
                    8,
                    "http.request",
                    1_234,
                    new RunState.LoopState(2, 1));
        }
    }

    @BeforeAll
    static void start() {
        temporal = new Temporal();
        workers = WorkerFactory.newInstance(temporal.client());
        workers.newWorker(TaskQueues.RUNS).registerWorkflowImplementationTypes(WaitingRun.class);
        workers.start();
        api = RunningApi.with(temporal.address());
        world = new World(api);
    }

    @AfterAll
    static void stop() {
        api.close();
        workers.shutdownNow();
        temporal.close();
    }

    @AfterEach
    void tellThatItRuns() {
        told = () -> RunStatus.RUNNING;
    }

    @Test
    void readsTheRowAgainWhereTheWorkflowHasEndedSince() {
        String id = World.run(api, world.alice);
        awaitWorkflow(RUNS + "/" + id);
        told = () -> {
            new EventWriting(api).finish(id);
            return RunStatus.COMPLETED;
        };

        JsonNode read = api.get(world.alice, RUNS + "/" + id + "?live=true").data();

        assertThat(read.get("status").asString()).isEqualTo("completed");
        assertThat(read.get("stopReason").asString()).isEqualTo("done");
        assertThat(read.get("finishedAt").isNull()).isFalse();
        assertThat(read.get("waitingFor").isNull()).isTrue();
        assertThat(read.get("stateSource").asString()).isEqualTo("store");
    }

    @Test
    void callsNoRunEndedWhoseRowIsNot() {
        String run = RUNS + "/" + World.run(api, world.alice);
        awaitWorkflow(run);
        told = () -> RunStatus.COMPLETED;

        JsonNode read = api.get(world.alice, run + "?live=true").data();

        assertThat(read.get("status").asString()).isEqualTo("queued");
        assertThat(read.get("finishedAt").isNull()).isTrue();
        assertThat(read.get("stepCount").asInt()).isEqualTo(7);
        assertThat(read.get("stateSource").asString()).isEqualTo("workflow");
    }

    @Test
    void saysNullOfWhatTheStoreDoesNotKnow() {
        String id = World.run(api, world.alice);
        new EventWriting(api).finish(id);

        JsonNode read = api.get(world.alice, RUNS + "/" + id + "?live=true").data();

        assertThat(read.get("stateSource").asString()).isEqualTo("store");
        assertThat(List.of("currentStep", "currentTool", "loop"))
                .allSatisfy(
                        name -> assertThat(read.path(name).isNull()).as(name).isTrue());
    }

    /** A worker's first task may take longer than a reader waits for it. */
    private static Answer awaitWorkflow(String run) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> api.get(world.alice, run + "?live=true"),
                        read -> read.data().get("stateSource").asString().equals("workflow"));
    }

    @Test
    void keepsTheStoresCountWhereItIsAheadOfTheWorkflows() {
        String run = RUNS + "/" + World.run(api, world.alice);
        api.database
                .jdbc()
                .sql("update runs set step_count = 8 where id = :id")
                .param("id", run.substring(RUNS.length() + 1))
                .update();

        Answer answer = awaitWorkflow(run);

        assertThat(answer.data().get("stepCount").asInt()).isEqualTo(8);
        assertThat(answer.data().get("creditsUsed").asInt()).isEqualTo(70);
    }

    @Test
    void laysTheWorkflowsOwnWordsOverTheStores() {
        String run = RUNS + "/" + World.run(api, world.alice);

        Answer answer = awaitWorkflow(run);

        assertThat(answer.data().get("status").asString()).isEqualTo("running");
        assertThat(answer.data().get("waitingFor").asString()).isEqualTo("rate_limit");
        assertThat(answer.data().get("waitingUntil").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(answer.data().get("stepCount").asInt()).isEqualTo(7);
        assertThat(answer.data().get("activeMs").asInt()).isEqualTo(1_234);
        assertThat(answer.data().get("currentTool").asString()).isEqualTo("http.request");
        assertThat(answer.data().get("userId").asString()).isEqualTo("alice");
    }

    @Test
    void believesTheStoreOfAPauseThatTheWorkflowHasNotHeardOf() {
        String run = RUNS + "/" + World.run(api, world.alice);
        api.post(world.alice, run + "/pause", "");

        assertThat(api.get(world.alice, run + "?live=true").data().get("status").asString())
                .isEqualTo("pausing");
    }

    @Test
    void namesTheRunInTemporal() {
        String run = World.run(api, world.alice);

        var description = temporal.client().newUntypedWorkflowStub(run).describe();

        assertThat(description.getWorkflowType()).isEqualTo(AgentRun.TYPE);
        assertThat(description.getTaskQueue()).isEqualTo(TaskQueues.RUNS);
        assertThat(description.getWorkflowExecutionInfo().getSearchAttributes().getIndexedFieldsMap())
                .containsKeys("AgentRunStatus", "ProjectId", "UserId");
    }
}
