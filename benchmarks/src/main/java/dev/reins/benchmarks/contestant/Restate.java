package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.standalone.CannotStart;
import dev.reins.standalone.Ports;
import dev.reins.standalone.process.Command;
import dev.restate.client.Client;
import dev.restate.common.Request;
import dev.restate.common.Target;
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

/** Restate: a server with its own journal that calls the handlers of a service over HTTP/2. */
public final class Restate implements Contestant {
    private static final String SERVICE = "SequentialSteps";
    private static final Serde<Integer> NUMBER = JacksonSerdes.of(Integer.class);

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer endpoint;
    private final Client client;

    /** @throws CannotStart if its server is not there and cannot be fetched */
    public Restate(Ground ground) {
        Path program = RestateProgram.in(Ground.cache());
        int ingress = Ports.free();
        int admin = Ports.free();
        ground.launch(command(program, ground, ingress, admin));
        Ground.await("Restate", () -> answers("http://127.0.0.1:" + admin + "/health"));
        Ground.await("Restate's ingress", () -> answers("http://127.0.0.1:" + ingress + "/restate/health"));
        this.endpoint = RestateHttpServer.fromEndpoint(Endpoint.bind(service()));
        int port = Ports.free();
        endpoint.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        register(admin, port);
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

    private static ServiceDefinition service() {
        var runner = HandlerRunner.<WorkflowContext, Integer, Integer>of(
                Restate::steps, JacksonSerdeFactory.DEFAULT, HandlerRunner.Options.DEFAULT);
        return ServiceDefinition.of(
                SERVICE,
                ServiceType.WORKFLOW,
                List.of(HandlerDefinition.of("run", HandlerType.WORKFLOW, NUMBER, NUMBER, runner)));
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

    private void register(int admin, int port) {
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

    @Override
    public String name() {
        return "restate";
    }

    @Override
    public String configuration() {
        return "restate-server " + RestateProgram.VERSION
                + " with its defaults, one workflow handler with one run block"
                + " per echo, its Java SDK in the process that asks; no guards";
    }

    @Override
    public Storage storage() {
        return new Storage(false, null);
    }

    @Override
    public void run(String runId, int steps) {
        var request = Request.of(Target.workflow(SERVICE, runId, "run"), NUMBER, NUMBER, steps);
        int done = client.call(request.build()).response();
        if (done != steps) {
            throw new IllegalStateException(runId + " did " + done + " of " + steps + " steps");
        }
    }

    @Override
    public void close() {
        endpoint.close().toCompletionStage().toCompletableFuture().join();
    }
}
