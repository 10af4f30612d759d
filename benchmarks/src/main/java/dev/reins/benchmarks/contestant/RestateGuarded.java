package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.standalone.CannotStart;
import dev.restate.sdk.WorkflowContext;
import dev.restate.sdk.common.TerminalException;
import io.temporal.failure.ApplicationFailure;
import io.vertx.core.http.HttpServer;

/** Restate, each of whose run blocks is one of Reins' guarded steps. */
public final class RestateGuarded implements Contestant {
    private static final String SERVICE = "GuardedSteps";

    private final GuardedRuns runs;
    private final RestateServer server;
    private final HttpServer endpoint;

    /** @throws CannotStart if its server is not there and cannot be fetched */
    public RestateGuarded(Ground ground) {
        this.server = RestateServer.on(ground);
        this.runs = new GuardedRuns(ground);
        this.endpoint = server.serve(SERVICE, this::steps);
    }

    private int steps(WorkflowContext context, int steps) {
        String runId = context.key();
        int done = 0;
        for (int step = 1; step <= steps; step++) {
            int number = step;
            done = context.run("echo", Integer.class, () -> step(runId, number));
        }
        context.run("finish", () -> runs.finish(runId));
        return done;
    }

    /** What Temporal is told not to retry, Restate is told not to retry. */
    private int step(String runId, int number) {
        try {
            return runs.step(runId, number);
        } catch (ApplicationFailure e) {
            throw e.isNonRetryable() ? new TerminalException(String.valueOf(e.getOriginalMessage())) : e;
        }
    }

    @Override
    public String name() {
        return "restate_guarded";
    }

    @Override
    public String configuration() {
        return RestateServer.configuration() + " with one run block per echo, each a guarded step as in `dbos_guarded`,"
                + " and one that ends the run";
    }

    @Override
    public Storage storage() {
        return new Storage(false, ReinsInProcess.STORAGE.database());
    }

    @Override
    public void run(String runId, int count) {
        runs.create(runId, count);
        server.run(SERVICE, runId, count);
        runs.requireCompleted(runId, count);
    }

    @Override
    public void close() {
        endpoint.close().toCompletionStage().toCompletableFuture().join();
    }
}
