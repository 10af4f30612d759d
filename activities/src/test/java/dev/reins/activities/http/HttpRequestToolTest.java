package dev.reins.activities.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Cancellation;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.NotSentInTime;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.ToolCall;
import dev.reins.contracts.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpRequestToolTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpRequestTool open = closing(new HttpRequestTool(new AddressFilter("127.0.0.0/8,::1")));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    private HttpServer server(String address, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        opened.add(() -> server.stop(0));
        return server;
    }

    private HttpServer server(HttpHandler handler) throws IOException {
        return server("127.0.0.1", handler);
    }

    private static String url(HttpServer server) {
        String host = server.getAddress().getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort();
    }

    private static ToolCall call(String json, Cancellation cancellation) {
        return new ToolCall(
                "run-1/7", JSON.readTree(json.replace('\'', '"')), Instant.now().plusSeconds(10), cancellation);
    }

    private static ToolCall get(String url) {
        return call("{'method': 'GET', 'url': '" + url + "'}", new Cancellation());
    }

    private JsonNode output(ToolCall call) throws Exception {
        return open.call(call).output();
    }

    private static void answer(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void givesStatusHeadersAndJson() throws Exception {
        HttpServer server = server(exchange ->
                answer(exchange, 404, "application/problem+json; charset=utf-8", bytes("{\"a\": [1, 2.50]}")));

        JsonNode output = output(get(url(server) + "/x"));

        assertThat(output.path("status").asInt()).isEqualTo(404);
        assertThat(output.at("/headers/content-type").asString()).startsWith("application/problem+json");
        assertThat(output.at("/body/a/1").asString()).isEqualTo("2.50");
        assertThat(output.path("truncated").asBoolean()).isFalse();
    }

    @Test
    void givesTextInItsCharset() throws Exception {
        HttpServer server = server(exchange ->
                answer(exchange, 200, "text/plain; charset=iso-8859-1", "grün".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(output(get(url(server))).path("body").asString()).isEqualTo("grün");
    }

    @Test
    void givesTextWhereJsonIsBroken() throws Exception {
        HttpServer server = server(exchange -> answer(exchange, 200, "application/json", bytes("{oops")));

        assertThat(output(get(url(server))).path("body").asString()).isEqualTo("{oops");
    }

    @Test
    void givesNullWhereThereIsNoBody() throws Exception {
        HttpServer server = server(exchange -> exchange.sendResponseHeaders(204, -1));

        assertThat(output(get(url(server))).path("body").isNull()).isTrue();
    }

    @Test
    void sendsHeadersBodyAndTheStepsKey() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        HttpServer server = server(exchange -> {
            var headers = exchange.getRequestHeaders();
            seen.complete(String.join(
                    "|",
                    exchange.getRequestMethod(),
                    headers.getFirst("Idempotency-Key"),
                    headers.getFirst("X-One"),
                    headers.getFirst("Content-Type"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            answer(exchange, 200, "text/plain", bytes("ok"));
        });

        output(call(
                "{'method': 'POST', 'url': '" + url(server) + "', 'headers': {'X-One': '1'}, 'body': {'ä': [true]}}",
                new Cancellation()));

        assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("POST|run-1/7|1|application/json|{\"ä\":[true]}");
    }

    @Test
    void cutsABodyAtOneMebibyte() throws Exception {
        HttpServer server = server(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = bytes("a".repeat(1 << 16));
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(block);
            }
        });

        JsonNode output = output(get(url(server)));

        assertThat(output.path("body").asString()).hasSize(1 << 20);
        assertThat(output.path("truncated").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void refusesLoopbackUnlessItIsAllowed(String address) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = server(address, exchange -> {
            requests.incrementAndGet();
            answer(exchange, 200, "text/plain", bytes("inside"));
        });
        HttpRequestTool closed = closing(new HttpRequestTool(new AddressFilter("")));

        assertThatThrownBy(() -> closed.call(get(url(server))))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("is not a public address")
                .extracting(e -> ((CallFailed) e).errorClass())
                .isEqualTo(ErrorClass.PERMANENT);
        assertThat(requests).hasValue(0);
        assertThat(output(get(url(server))).path("body").asString()).isEqualTo("inside");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"})
    void refusesLoopbackUnderEveryName(String host) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = server(exchange -> {
            requests.incrementAndGet();
            answer(exchange, 200, "text/plain", bytes("inside"));
        });
        HttpRequestTool closed = closing(new HttpRequestTool(new AddressFilter("")));

        assertThatThrownBy(() -> closed.call(
                        get("http://" + host + ":" + server.getAddress().getPort())))
                .isInstanceOf(CallFailed.class);
        assertThat(requests).hasValue(0);
    }

    @Test
    void allowsAHostAndPortAndNothingBeside() throws Exception {
        HttpServer one = server(exchange -> answer(exchange, 200, "text/plain", bytes("one")));
        HttpServer other = server(exchange -> answer(exchange, 200, "text/plain", bytes("other")));
        HttpRequestTool tool = closing(new HttpRequestTool(
                new AddressFilter("127.0.0.1:" + one.getAddress().getPort())));

        assertThat(tool.call(get(url(one))).output().path("body").asString()).isEqualTo("one");
        assertThatThrownBy(() -> tool.call(get(url(other)))).isInstanceOf(CallFailed.class);
    }

    @Test
    void refusesARedirectToAnAddressThatIsNotAllowed() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer inside = server("127.0.0.2", exchange -> {
            requests.incrementAndGet();
            answer(exchange, 200, "text/plain", bytes("inside"));
        });
        HttpServer outside = server(exchange -> {
            exchange.getResponseHeaders().set("Location", url(inside) + "/secret");
            exchange.sendResponseHeaders(302, -1);
        });
        HttpRequestTool tool = closing(new HttpRequestTool(new AddressFilter("127.0.0.1")));

        assertThatThrownBy(() -> tool.call(get(url(outside))))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("127.0.0.2 is not a public address");
        assertThat(requests).hasValue(0);
    }

    @Test
    void followsFiveRedirectsAndNotASixth() throws Exception {
        HttpServer server = server(exchange -> {
            int left = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            if (left == 0) {
                answer(exchange, 200, "text/plain", bytes("there"));
                return;
            }
            exchange.getResponseHeaders().set("Location", "/" + (left - 1));
            exchange.sendResponseHeaders(307, -1);
        });

        assertThat(output(get(url(server) + "/5")).path("body").asString()).isEqualTo("there");
        assertThatThrownBy(() -> output(get(url(server) + "/6")))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("redirected more than 5 times");
    }

    @Test
    void keepsSecretsFromAnotherOrigin() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer other = server("127.0.0.2", exchange -> {
            seen.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("X-Api-Key") + " "
                    + exchange.getRequestHeaders().getFirst("Accept"));
            answer(exchange, 200, "text/plain", bytes("ok"));
        });
        HttpServer first = server(exchange -> {
            exchange.getResponseHeaders().set("Location", url(other));
            exchange.sendResponseHeaders(302, -1);
        });

        output(call(
                "{'method': 'POST', 'url': '" + url(first)
                        + "', 'headers': {'Authorization': 'Bearer x', 'X-Api-Key': 'y', 'Accept': 'text/plain'}}",
                new Cancellation()));

        assertThat(seen).containsExactly("GET null null text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com/",
                "file:///etc/passwd",
                "http://user:pass@127.0.0.1/",
                "http://user@127.0.0.1/",
                "//example.com",
                "http:///x",
                "http://127.0.0.1:99999/",
                "http://a b/",
                "http://127.0.0.1:80@example.com/",
                "nonsense"
            })
    void refusesUrlsItMustNotFollow(String url) {
        CallFailed failure = catchThrowableOfType(CallFailed.class, () -> open.call(get(url)));

        assertThat(failure.errorClass()).isEqualTo(ErrorClass.PERMANENT);
        assertThat(failure).hasMessageNotContaining("pass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "Transfer-Encoding", "Idempotency-Key", "Connection"})
    void refusesHeadersThatAreNotTheCallers(String name) {
        assertThatThrownBy(() -> open.call(call(
                        "{'method': 'GET', 'url': 'http://127.0.0.1:1', 'headers': {'" + name + "': 'x'}}",
                        new Cancellation())))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("not the caller's");
    }

    @Test
    void refusesHeadersThatWouldSplitTheRequest() {
        assertThatThrownBy(() -> open.call(call(
                        "{'method': 'GET', 'url': 'http://127.0.0.1:1', 'headers': {'X': 'a\\r\\nB: c'}}",
                        new Cancellation())))
                .isInstanceOf(CallFailed.class);
    }

    @ParameterizedTest
    @CsvSource({"500, SERVER, 0", "503, SERVER, 7", "429, THROTTLED, 7", "408, SERVER, 0"})
    void failsWhereTheServerDoes(int status, ErrorClass errorClass, int retryAfter) throws Exception {
        HttpServer server = server(exchange -> {
            if (retryAfter > 0) {
                exchange.getResponseHeaders().set("Retry-After", String.valueOf(retryAfter));
            }
            answer(exchange, status, "text/plain", bytes("no"));
        });

        CallFailed failure = catchThrowableOfType(CallFailed.class, () -> open.call(get(url(server) + "/s?token=x")));

        assertThat(failure.errorClass()).isEqualTo(errorClass);
        assertThat(failure).hasMessageEndingWith("answered " + status).hasMessageNotContaining("token");
        Duration delay = failure.delayAfter(1);
        assertThat(delay).isEqualTo(retryAfter > 0 ? Duration.ofSeconds(retryAfter) : errorClass.delayAfter(1));
    }

    @Test
    void waitsAtMostAMinuteWhateverTheServerAsks() {
        assertThat(new CallFailed(ErrorClass.SERVER, "x", Duration.ofHours(1)).delayAfter(1))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void knowsThatNothingWasSentWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }

        assertThatThrownBy(() ->
                        output(call("{'method': 'POST', 'url': 'http://127.0.0.1:" + port + "'}", new Cancellation())))
                .isInstanceOf(CallFailed.class)
                .hasMessageContaining("No connection to 127.0.0.1:" + port);
    }

    /** A server that takes one request and then closes the connection without a word. */
    private ServerSocket hangsUp() throws IOException {
        ServerSocket socket = closing(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
        Thread.ofVirtual().start(() -> {
            try (Socket connection = socket.accept()) {
                connection.getInputStream().read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void doesNotKnowWhetherALostRequestHappened(String method) throws Exception {
        String url = "http://127.0.0.1:" + hangsUp().getLocalPort();

        assertThatThrownBy(() -> output(call("{'method': '" + method + "', 'url': '" + url + "'}", new Cancellation())))
                .isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void mayRepeatALostRequestThatIsIdempotent() throws Exception {
        String url = "http://127.0.0.1:" + hangsUp().getLocalPort();

        CallFailed failure = catchThrowableOfType(
                CallFailed.class,
                () -> open.call(
                        call("{'method': 'POST', 'url': '" + url + "', 'idempotent': true}", new Cancellation())));

        assertThat(failure.errorClass()).isEqualTo(ErrorClass.CONNECTION);
    }

    /** As on a machine too busy to have stopped the call by then. */
    @Test
    void sendsNothingOnceTheCallsTimeIsOver() throws Exception {
        ServerSocket socket = closing(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
        CompletableFuture<Integer> first = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket connection = socket.accept()) {
                first.complete(connection.getInputStream().read());
            } catch (IOException e) {
                first.complete(-1); // reset
            }
        });
        ToolCall call =
                call("{'method': 'POST', 'url': 'http://127.0.0.1:" + socket.getLocalPort() + "'}", new Cancellation());
        ToolCall late = new ToolCall(call.stepKey(), call.input(), Instant.now(), call.cancellation());

        assertThatThrownBy(() -> open.call(late)).isInstanceOf(NotSentInTime.class);
        assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    @Test
    void closesTheConnectionAtOnceWhenCancelled() throws Exception {
        ServerSocket socket = closing(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
        CompletableFuture<Integer> end = new CompletableFuture<>();
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket connection = socket.accept()) {
                connection.getInputStream().read(new byte[1 << 16]);
                arrived.complete(null);
                end.complete(connection.getInputStream().read());
            } catch (IOException e) {
                end.complete(-1);
            }
        });
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Throwable> call = CompletableFuture.supplyAsync(() -> {
            try {
                open.call(call(
                        "{'method': 'GET', 'url': 'http://127.0.0.1:" + socket.getLocalPort() + "'}", cancellation));
                return new AssertionError("answered");
            } catch (Exception e) {
                return e;
            }
        });
        arrived.get(5, TimeUnit.SECONDS);

        cancellation.cancel(Cancellation.Reason.CANCELLED);

        assertThat(end.get(1, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(call.get(1, TimeUnit.SECONDS)).isInstanceOf(CallFailed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, , true, READ",
        "HEAD, , true, READ",
        "PUT, , true, WRITE",
        "DELETE, , true, WRITE",
        "POST, , false, WRITE",
        "PATCH, false, false, WRITE",
        "POST, true, true, WRITE"
    })
    void knowsWhatACallMayDo(String method, Boolean says, boolean idempotent, Effect effect) {
        String json = "{'method': '" + method + "'" + (says == null ? "" : ", 'idempotent': " + says) + "}";

        var traits = open.traits(call(json, new Cancellation()).input());

        assertThat(traits.idempotent()).isEqualTo(idempotent);
        assertThat(traits.effect()).isEqualTo(effect);
        assertThat(traits.estimate()).isEqualTo(10);
    }

    @Test
    void takesAMethodThatIsNotKnownYetForTheWorst() {
        assertThat(open.traits(call("{'method': {'$from': {'step': 1}}}", new Cancellation())
                                .input())
                        .idempotent())
                .isFalse();
    }
}
