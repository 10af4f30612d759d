package dev.reins.worker;

import dev.reins.activities.run.BookkeepingActivities;
import dev.reins.activities.step.StepActivity;
import dev.reins.contracts.TaskQueues;
import dev.reins.workflows.WorkflowTypes;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Gets everything ready, then polls the task queues until the process is asked to stop. */
@Component
final class EngineRoom implements ApplicationRunner, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.worker");
    /** How long running steps may go on when the process is asked to stop; then their I/O is aborted. */
    private static final long FINISH_SECONDS = 20;

    private static final long ABORT_SECONDS = 5;
    private static final String POSTGRES_ADVICE = "start it there or correct REINS_DATABASE_URL";
    private static final String TEMPORAL_ADVICE = "start it there or correct REINS_TEMPORAL_ADDRESS";

    private final Surroundings surroundings;
    private final Publication publication;
    private final WorkerFactory factory;
    private final String postgres;
    private final String temporal;
    private final String identity;
    private final List<Watch> watches;
    private volatile boolean running = true;
    private volatile boolean atWork;

    EngineRoom(
            WorkerSettings settings,
            Surroundings surroundings,
            Publication publication,
            WorkflowClient client,
            BookkeepingActivities bookkeeping,
            StepActivity steps) {
        this.surroundings = surroundings;
        this.publication = publication;
        this.postgres = "PostgreSQL at " + settings.database().address();
        this.temporal = "Temporal at " + settings.temporalAddress();
        this.identity = client.getOptions().getIdentity();
        this.watches = List.of(
                new Watch(postgres, POSTGRES_ADVICE, surroundings::hasDatabase),
                new Watch(temporal, TEMPORAL_ADVICE, surroundings::hasTemporal));
        this.factory = WorkerFactory.newInstance(client);
        Worker runs = factory.newWorker(TaskQueues.RUNS, WorkerTuning.options());
        WorkflowTypes.register(runs);
        runs.registerActivitiesImplementations(bookkeeping, steps);
        factory.newWorker(TaskQueues.TOOLS, WorkerTuning.options()).registerActivitiesImplementations(steps);
        factory.newWorker(TaskQueues.MODELS, WorkerTuning.options()).registerActivitiesImplementations(steps);
    }

    @Override
    public void run(ApplicationArguments arguments) throws InterruptedException {
        Await.until(
                surroundings::prepareDatabase, postgres + " cannot be reached: " + POSTGRES_ADVICE + "; trying again");
        Await.until(
                surroundings::prepareNamespace, temporal + " cannot be reached: " + TEMPORAL_ADVICE + "; trying again");
        publication.publish();
        factory.start();
        atWork = true;
        watches.forEach(Watch::start);
        LOG.info(
                "At work on {}, {} and {} of {} as {}",
                TaskQueues.RUNS,
                TaskQueues.TOOLS,
                TaskQueues.MODELS,
                temporal,
                identity);
    }

    /** The start is {@link #run}: it may wait, and a process that waits must still be stoppable. */
    @Override
    public void start() {}

    @Override
    public void stop() {
        running = false;
        atWork = false;
        watches.forEach(Watch::close);
        factory.shutdown();
        factory.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS);
        if (!factory.isTerminated()) {
            LOG.warn("Steps are still running after {} s and are aborted", FINISH_SECONDS);
            factory.shutdownNow();
            factory.awaitTermination(ABORT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whether it polls: begun, and not asked to stop. */
    boolean isAtWork() {
        return atWork;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
