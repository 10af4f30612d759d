package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.TemporalServer;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user of Temporal writes who wants no guards: a workflow that calls one activity per step. With local ones nothing
 * is durable before the workflow's task ends: what one costs, a lane of such steps costs at least.
 */
public final class BareTemporal implements Contestant {
    /** Where the activities are served. */
    public enum Layout {
        /** On a task queue of their own, as tools are that another worker may serve. */
        TWO_QUEUES("bare", "activity per step, a task queue for each"),
        /** On the workflow's, so that the worker may take them from the workflow task's answer. */
        ONE_QUEUE("bare_one_queue", "activity per step, one task queue for both"),
        /** Within the workflow's task. */
        LOCAL("bare_local", "local activity per step, which is not durable until the workflow's task ends");

        private final String name;
        private final String steps;

        Layout(String name, String steps) {
            this.name = name;
            this.steps = steps;
        }
    }

    private static final String WORKFLOWS = "bare-workflows";

    private final Layout layout;
    private final WorkflowServiceStubs service;
    private final WorkflowClient client;
    private final Workers workers;

    public BareTemporal(TemporalServer server, Layout layout) {
        this.layout = layout;
        this.service = server.connect();
        this.client = TemporalServer.client(service);
        this.workers = new Workers(client);
        Worker workflows = workers.on(queue());
        workflows.registerWorkflowImplementationTypes(SequentialSteps.class);
        Worker activities =
                layout == Layout.TWO_QUEUES ? workers.on(Objects.requireNonNull(activityQueue())) : workflows;
        activities.registerActivitiesImplementations(new NoOp());
        workers.start();
    }

    private String queue() {
        return WORKFLOWS + "-" + layout.name;
    }

    /** Null for local activities, which no queue leads to. */
    private @Nullable String activityQueue() {
        return switch (layout) {
            case TWO_QUEUES -> "bare-activities";
            case ONE_QUEUE -> queue();
            case LOCAL -> null;
        };
    }

    @Override
    public String name() {
        return layout.name;
    }

    @Override
    public String configuration() {
        return "Temporal's Java SDK, a workflow with one no-op " + layout.steps
                + "; its worker in the process that asks, set as Reins sets its own; no guards";
    }

    @Override
    public Storage storage() {
        return new Storage(true, null);
    }

    @Override
    public void run(String runId, int steps) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setTaskQueue(queue())
                .setWorkflowId(runId)
                .build();
        int done = client.newWorkflowStub(Steps.class, options).run(steps, activityQueue());
        if (done != steps) {
            throw new IllegalStateException(runId + " did " + done + " of " + steps + " steps");
        }
    }

    @Override
    public void close() {
        workers.close();
        service.shutdownNow();
    }

    /** The workflow: so many steps, one after the other. */
    @WorkflowInterface
    public interface Steps {
        @WorkflowMethod(name = "BareSteps")
        int run(int steps, @Nullable String activityQueue);
    }

    /** The activity, which gives back what it was given. */
    @ActivityInterface
    public interface Echo {
        String echo(String value);
    }

    /** Registered with the worker, which makes one for each run. */
    public static final class SequentialSteps implements Steps {
        @Override
        public int run(int steps, @Nullable String activityQueue) {
            Echo echo = activityQueue == null ? local() : on(activityQueue);
            int done = 0;
            for (int step = 1; step <= steps; step++) {
                String value = "{\"value\":" + step + "}";
                done += echo.echo(value).equals(value) ? 1 : 0;
            }
            return done;
        }

        private static Echo on(String activityQueue) {
            return Workflow.newActivityStub(
                    Echo.class,
                    ActivityOptions.newBuilder()
                            .setTaskQueue(activityQueue)
                            .setStartToCloseTimeout(Duration.ofSeconds(30))
                            .build());
        }

        private static Echo local() {
            return Workflow.newLocalActivityStub(
                    Echo.class,
                    LocalActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofSeconds(30))
                            .build());
        }
    }

    private static final class NoOp implements Echo {
        @Override
        public String echo(String value) {
            return value;
        }
    }
}
