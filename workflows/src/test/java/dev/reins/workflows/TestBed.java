package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunId;
import dev.reins.contracts.SearchAttributes;
import dev.reins.contracts.TaskQueues;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunBookkeeping;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import io.temporal.activity.DynamicActivity;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.EncodedValues;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;
import io.temporal.worker.WorkflowImplementationOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A time-skipping Temporal with the workflow under test, and a {@link World} behind each run. */
final class TestBed implements AutoCloseable {
    final TestWorkflowEnvironment environment;
    final Worker runs;
    private final Map<String, World> worlds = new ConcurrentHashMap<>();

    TestBed() {
        this(ContinueAsNewAt.DEFAULT);
    }

    TestBed(ContinueAsNewAt continueAsNewAt) {
        this(continueAsNewAt, TestEnvironmentOptions.newBuilder(), WorkerOptions.getDefaultInstance());
    }

    /** Has made a run, so that a first task is not spent on loading classes: express steps may count on what it has left. */
    static TestBed warm() {
        TestBed bed = new TestBed();
        bed.warmUp();
        return bed;
    }

    void warmUp() {
        start(World.planned("echo", "echo").express("echo").parallel()).completes();
    }

    /** How long the run takes to complete, by the environment's clock. */
    Duration timeToComplete(World world) {
        long before = environment.currentTimeMillis();
        start(world).completes();
        return Duration.ofMillis(environment.currentTimeMillis() - before);
    }

    /** Whose worker has room for so many local activities at once. */
    static TestBed withLocalSlots(int slots) {
        WorkerOptions options = WorkerOptions.newBuilder()
                .setMaxConcurrentLocalActivityExecutionSize(slots)
                .build();
        return new TestBed(ContinueAsNewAt.DEFAULT, TestEnvironmentOptions.newBuilder(), options);
    }

    /** A real server's time is not skipped; it must know the search attributes. */
    static TestBed onServer(String address, ContinueAsNewAt continueAsNewAt) {
        return new TestBed(
                continueAsNewAt,
                TestEnvironmentOptions.newBuilder().setUseExternalService(true).setTarget(address),
                WorkerOptions.getDefaultInstance());
    }

    private TestBed(
            ContinueAsNewAt continueAsNewAt, TestEnvironmentOptions.Builder options, WorkerOptions runsOptions) {
        environment = TestWorkflowEnvironment.newInstance(options.setWorkflowClientOptions(
                        WorkflowClientOptions.newBuilder().setIdentity("test").build())
                .build());
        SearchAttributes.ALL.forEach(
                key -> environment.registerSearchAttribute(key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD));
        runs = environment.newWorker(TaskQueues.RUNS, runsOptions);
        runs.registerWorkflowImplementationFactory(
                AgentRun.class,
                () -> new AgentRunWorkflow(continueAsNewAt),
                WorkflowImplementationOptions.getDefaultInstance());
        runs.registerActivitiesImplementations(new Books(), new Steps());
        worker(TaskQueues.TOOLS);
        worker(TaskQueues.MODELS);
        environment.start();
    }

    private void worker(String queue) {
        WorkerOptions quick = WorkerOptions.newBuilder()
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(50))
                .setDefaultHeartbeatThrottleInterval(Duration.ofMillis(50))
                .build();
        environment.newWorker(queue, quick).registerActivitiesImplementations(new Steps());
    }

    Run start(World world, Object... input) {
        return startAs(RunId.next().value(), world, input);
    }

    Run startAs(String id, World world, Object... input) {
        Run run = prepare(id, world);
        run.stub().start(input);
        return run;
    }

    Run prepare(String id, World world) {
        return prepare(id, world, WorkflowOptions.newBuilder());
    }

    /** Its worker sends a sign of life after 0.8 of the timeout, which ends the workflow's task and begins another. */
    Run startWithTaskTimeout(Duration timeout, World world) {
        Run run = prepare(
                RunId.next().value(), world, WorkflowOptions.newBuilder().setWorkflowTaskTimeout(timeout));
        run.stub().start();
        return run;
    }

    private Run prepare(String id, World world, WorkflowOptions.Builder how) {
        worlds.put(id, world);
        WorkflowOptions options =
                how.setWorkflowId(id).setTaskQueue(TaskQueues.RUNS).build();
        WorkflowStub stub = environment.getWorkflowClient().newUntypedWorkflowStub(AgentRun.TYPE, options);
        return new Run(this, stub, world, id);
    }

    @Override
    public void close() {
        environment.close();
    }

    private final class Steps implements DynamicActivity {
        @Override
        public Object execute(EncodedValues arguments) {
            StepRequest request = arguments.get(StepRequest.class);
            try {
                return worlds.get(request.execution().runId().value()).perform(request);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final class Books implements RunBookkeeping {
        private World of(Execution execution) {
            return worlds.get(execution.runId().value());
        }

        @Override
        public Begun begin(Begin begin) {
            return of(begin.execution()).begin(begin);
        }

        @Override
        public List<CallOutline> plan(Execution execution, int fromPlanIndex) {
            return of(execution).plan(execution, fromPlanIndex);
        }

        @Override
        public int admit(List<StepRequest> steps) {
            return of(steps.getFirst().execution()).admit(steps);
        }

        @Override
        public Controls controls(Incoming incoming) {
            return of(incoming.execution()).controls(incoming);
        }

        @Override
        public Controls pauseFor(Execution execution, int step, PauseReason reason, String message) {
            return of(execution).pauseFor(execution, step, reason, message);
        }

        @Override
        public StepClaim claimed(Execution execution, int stepNumber) {
            return of(execution).claimed(execution, stepNumber);
        }

        @Override
        public void finish(Finish finish) {
            of(finish.execution()).finish(finish);
        }
    }
}
