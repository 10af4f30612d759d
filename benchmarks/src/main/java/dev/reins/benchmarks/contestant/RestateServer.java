package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.standalone.CannotStart;
import dev.reins.standalone.Ports;
import dev.reins.standalone.process.Command;
import dev.restate.client.Client;
import dev.restate.common.Request;
import dev.restate.common.Target;
import dev.restate.common.function.ThrowingBiFunction;
import dev.restate.sdk.HandlerRunner;
import dev.restate.sdk.WorkflowContext;
import dev.restate.sdk.endpoint.Endpoint;
import dev.restate.sdk.endpoint.definition.HandlerDefinition;
import dev.restate.sdk.endpoint.definition.HandlerType;
import dev.restate.sdk.endpoint.definition.ServiceDefinition;
import dev.restate.sdk.endpoint.definition.ServiceType;
import dev.restate.sdk.http.vertx.RestateHttpServer;
import dev.restate.serde.Serde;
import dev.restate.serde.jackson.JacksonSerdeFactory;
import dev.restate.serde.jackson.JacksonSerdes;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Restate's server, one for all contestants on a ground, each of which serves a workflow from this process. */
final class RestateServer implements AutoCloseable {
    private static final Serde<Integer> NUMBER = JacksonSerdes.of(Integer.class);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int admin = Ports.free();
    private final Client client;

    /** @throws CannotStart if the server is not there and cannot be fetched */
    static RestateServer on(Ground ground) {
        return ground.shared(RestateServer.class, () -> new RestateServer(ground));
    }

    private RestateServer(Ground ground) {
        Path program = RestateProgram.in(Ground.cache());
        int ingress = Ports.free();
        ground.launch(command(program, ground, ingress, admin));
        Ground.await("Restate", () -> answers("http://127.0.0.1:" + admin + "/health"));
        Ground.await("Restate's ingress", () -> answers("http://127.0.0.1:" + ingress + "/restate/health"));
        this.client = Client.connect("http://127.0.0.1:" + ingress);
    }

    private static Command command(Path program, Ground ground, int ingress, int admin) {
        Map<String, String> environment = Map.of(
                "RESTATE_BASE_DIR",
                ground.file("restate").toString(),
                "RESTATE_LISTEN_MODE",
                "tcp",
                "RESTATE_BIND_ADDRESS",
                "127.0.0.1:" + Ports.free(),
                "RESTATE_INGRESS__BIND_ADDRESS",
                "127.0.0.1:" + ingress,
                "RESTATE_ADMIN__BIND_ADDRESS",
                "127.0.0.1:" + admin,
                "RESTATE_DISABLE_TELEMETRY",
                "true",
                "RESTATE_LOG_FILTER",
                "warn");
        return new Command(
                "Restate",
                List.of(program.toString(), "--no-logo"),
                environment,
                "TERM",
                Duration.ofSeconds(8),
                ground.log("restate"));
    }

    static String configuration() {
        return "restate-server " + RestateProgram.VERSION
                + " with its defaults, its Java SDK in the process that asks, one workflow handler";
    }

    /**
     * Serves a workflow from here.
     *
     * @param handler gets how many steps are to be done and gives how many were
     * @return where it is served, to be closed by the caller
     */
    HttpServer serve(String service, ThrowingBiFunction<WorkflowContext, Integer, Integer> handler) {
        HttpServer endpoint = RestateHttpServer.fromEndpoint(Endpoint.bind(definition(service, handler)));
        int port = Ports.free();
        endpoint.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        register(port);
        return endpoint;
    }

    private static ServiceDefinition definition(
            String service, ThrowingBiFunction<WorkflowContext, Integer, Integer> handler) {
        var runner = HandlerRunner.of(handler, JacksonSerdeFactory.DEFAULT, HandlerRunner.Options.DEFAULT);
        return ServiceDefinition.of(
                service,
                ServiceType.WORKFLOW,
                List.of(HandlerDefinition.of("run", HandlerType.WORKFLOW, NUMBER, NUMBER, runner)));
    }

    private boolean answers(String uri) {
        try {
            var request = HttpRequest.newBuilder(URI.create(uri))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted.", e);
        }
    }

    private void register(int port) {
        String body = "{\"uri\":\"http://127.0.0.1:" + port + "\"}";
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/deployments"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 201 && answer.statusCode() != 200) {
                throw new CannotStart("Restate refuses the service: " + answer.body());
            }
        } catch (IOException e) {
            throw new CannotStart("Restate does not answer.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted.", e);
        }
    }

    /**
     * Starts a workflow and awaits what it gives.
     *
     * @throws IllegalStateException if that is not {@code count}
     */
    void run(String service, String id, int count) {
        var request = Request.of(Target.workflow(service, id, "run"), NUMBER, NUMBER, count);
        int done = client.call(request.build()).response();
        if (done != count) {
            throw new IllegalStateException(id + " did " + done + " of " + count + " steps");
        }
    }

    /** The process ends with its ground. */
    @Override
    public void close() {
        http.close();
    }
}
