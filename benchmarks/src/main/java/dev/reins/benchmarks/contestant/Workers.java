package dev.reins.benchmarks.contestant;

import dev.reins.worker.WorkerTuning;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.util.concurrent.TimeUnit;

/** Workers beside Reins' own, set like them. */
final class Workers implements AutoCloseable {
    private final WorkerFactory factory;

    Workers(WorkflowClient client) {
        this.factory = WorkerFactory.newInstance(client);
    }

    Worker on(String taskQueue) {
        return factory.newWorker(taskQueue, WorkerTuning.options());
    }

    void start() {
        factory.start();
    }

    /** Its pollers end their calls before the connection is closed under them. */
    @Override
    public void close() {
        factory.shutdownNow();
        factory.awaitTermination(5, TimeUnit.SECONDS);
    }
}
