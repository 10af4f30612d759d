package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.standalone.CannotStart;
import dev.restate.sdk.WorkflowContext;
import io.vertx.core.http.HttpServer;

/** Restate: a server with its own journal that calls the handlers of a service over HTTP/2. */
public final class Restate implements Contestant {
    private static final String SERVICE = "SequentialSteps";

    private final RestateServer server;
    private final HttpServer endpoint;

    /** @throws CannotStart if its server is not there and cannot be fetched */
    public Restate(Ground ground) {
        this.server = RestateServer.on(ground);
        this.endpoint = server.serve(SERVICE, Restate::steps);
    }

    private static int steps(WorkflowContext context, int steps) {
        int done = 0;
        for (int step = 1; step <= steps; step++) {
            String value = "{\"value\":" + step + "}";
            String echoed = context.run("echo", String.class, () -> value);
            done += value.equals(echoed) ? 1 : 0;
        }
        return done;
    }

    @Override
    public String name() {
        return "restate";
    }

    @Override
    public String configuration() {
        return RestateServer.configuration() + " with one run block per echo; no guards";
    }

    @Override
    public Storage storage() {
        return new Storage(false, null);
    }

    @Override
    public void run(String runId, int steps) {
        server.run(SERVICE, runId, steps);
    }

    @Override
    public void close() {
        endpoint.close().toCompletionStage().toCompletableFuture().join();
    }
}
