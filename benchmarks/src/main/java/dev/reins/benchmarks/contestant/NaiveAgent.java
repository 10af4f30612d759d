package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.TemporalServer;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The first agent loop anyone writes on Temporal: the conversation is a list in the workflow, and each model call gets it. */
public final class NaiveAgent implements Conversationalist, Contestant {
    private static final String QUEUE = "naive-agent";

    /** Of a model's message where only steps are asked for: little, so that a run of 500 steps fits into a history. */
    private static final int FEW_BYTES = 200;

    private final WorkflowServiceStubs service;
    private final WorkflowClient client;
    private final Workers workers;

    public NaiveAgent(TemporalServer server) {
        this.service = server.connect();
        this.client = TemporalServer.client(service);
        this.workers = new Workers(client);
        Worker worker = workers.on(QUEUE);
        worker.registerWorkflowImplementationTypes(Loop.class);
        worker.registerActivitiesImplementations(new Scripted());
        workers.start();
    }

    @Override
    public String name() {
        return "naive_agent";
    }

    @Override
    public String configuration() {
        return "a workflow that keeps the conversation in a list and passes it to each model call, one activity per model"
                + " call and per echo, one task queue for all; no continue-as-new; no guards; where steps are counted, every other one is a model"
                + " call, whose message has " + FEW_BYTES + " bytes";
    }

    @Override
    public Storage storage() {
        return new Storage(true, null);
    }

    @Override
    public void converse(String runId, Talk talk) {
        WorkflowOptions options = WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId(runId)
                .build();
        int messages = client.newWorkflowStub(Agent.class, options).converse(talk);
        if (messages != 1 + 2 * talk.turns()) {
            throw new IllegalStateException(runId + " ended with " + messages + " messages");
        }
    }

    /** Every other step is a model's. */
    @Override
    public void run(String runId, int steps) {
        converse(runId, new Talk(steps / 2, FEW_BYTES, Talk.Wording.PROSE));
    }

    @Override
    public void close() {
        workers.close();
        service.shutdownNow();
    }

    /** The workflow. */
    @WorkflowInterface
    public interface Agent {
        /** How many messages the conversation came to. */
        @WorkflowMethod(name = "NaiveAgent")
        int converse(Talk talk);
    }

    /** What it calls. */
    @ActivityInterface
    public interface World {
        String model(List<String> conversation, Talk talk);

        String echo(String value);
    }

    /** Registered with the worker, which makes one for each run. */
    public static final class Loop implements Agent {
        private final World world = Workflow.newActivityStub(
                World.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());

        @Override
        public int converse(Talk talk) {
            List<String> conversation = new ArrayList<>(List.of("Echo until you have had enough."));
            for (int turn = 1; turn <= talk.turns(); turn++) {
                conversation.add(world.model(conversation, talk));
                conversation.add(world.echo(talk.argument(turn)));
            }
            return conversation.size();
        }
    }

    private static final class Scripted implements World {
        @Override
        public String model(List<String> conversation, Talk talk) {
            return talk.text(conversation.size() / 2 + 1);
        }

        @Override
        public String echo(String value) {
            return value;
        }
    }
}
