package dev.reins.api;

import dev.reins.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The api as its process starts it, on a free port, with a database of its own and a Temporal that is there or not. */
public final class RunningApi implements AutoCloseable {
    public static final String ADMIN_KEY = "reins_admin-key-of-the-tests-0123456789abcdef";
    private static final JsonMapper JSON = new JsonMapper();

    public final TestDatabase database;
    private final ServletWebServerApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Runnable afterwards;

    /** An answer, with its body read if it is JSON. */
    public record Answer(int status, HttpResponse<String> response) {
        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public JsonNode data() {
            return json().get("data");
        }

        public String code() {
            return json().path("code").asString("none");
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private RunningApi(
            TestDatabase database, int databasePort, String temporal, List<String> more, Runnable afterwards) {
        this.database = database;
        this.afterwards = afterwards;
        var arguments = new ArrayList<>(List.of(
                "--REINS_API_PORT=0",
                "--REINS_MANAGEMENT_PORT=0",
                "--REINS_DATABASE_URL=" + database.urlBy(databasePort),
                "--REINS_TEMPORAL_ADDRESS=" + temporal,
                "--REINS_ADMIN_KEY=" + ADMIN_KEY));
        arguments.addAll(more);
        this.context = (ServletWebServerApplicationContext) ApiApplication.start(arguments.toArray(String[]::new));
    }

    public static RunningApi with(String temporal, String... more) {
        TestDatabase database = TestDatabase.create();
        return new RunningApi(database, portOf(database), temporal, List.of(more), database::close);
    }

    /** Another api over the same database, which is the first one's to close. */
    static RunningApi beside(RunningApi first, String... more) {
        return new RunningApi(first.database, portOf(first.database), nobody(), List.of(more), () -> {});
    }

    /** With its way to the database leading through another port. */
    static RunningApi behind(int databasePort, TestDatabase database, String temporal, String... more) {
        return new RunningApi(database, databasePort, temporal, List.of(more), database::close);
    }

    public static RunningApi withoutTemporal(String... more) {
        return with(nobody(), more);
    }

    /** An address at which nobody listens. */
    public static String nobody() {
        return "127.0.0.1:" + freePort();
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int portOf(TestDatabase database) {
        return database.port();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    int port() {
        return context.getWebServer().getPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public Answer get(String key, String path) {
        return send(request(key, path).GET());
    }

    public Answer post(String key, String path, String body, String... headers) {
        return send("POST", key, path, BodyPublishers.ofString(body), headers);
    }

    public Answer send(String method, String key, String path, BodyPublisher body, String... headers) {
        var request = request(key, path).method(method, body).header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    public HttpRequest.Builder request(String key, String path) {
        var request = HttpRequest.newBuilder(uri(path));
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends what no client would. The administrator asks, in ISO 8859-1. */
    String raw(String head, String body) {
        try (var socket = new Socket("127.0.0.1", port())) {
            String request = head + "\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + ADMIN_KEY
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        http.close();
        afterwards.run();
    }
}
