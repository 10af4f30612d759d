package dev.reins.api;

import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.PortBoundTestServer;

/** The SDK's test server on a port of its own: a Temporal that lists no closed executions. */
public final class Temporal implements AutoCloseable {
    private final int port;
    private final PortBoundTestServer server;
    private final WorkflowServiceStubs stubs;

    public Temporal() {
        this(RunningApi.freePort());
    }

    public Temporal(int port) {
        this.port = port;
        this.server = TestServer.createPortBoundServer(port, true);
        this.stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address()).validateAndBuildWithDefaults());
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public WorkflowClient client() {
        return WorkflowClient.newInstance(stubs);
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        server.close();
    }
}
