package dev.reins.standalone.tracker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tracker's HTTP: {@code GET /issues?state=open}, {@code GET /issues/{n}}, {@code PATCH /issues/{n}} {@code {state?,
 * labels?}}, {@code POST /issues/{n}/comments} {@code {body}}, and a page of the issues at {@code /}.
 */
public final class TrackerServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final Pattern ONE = Pattern.compile("/issues/(\\d{1,9})");
    private static final Pattern COMMENTS = Pattern.compile("/issues/(\\d{1,9})/comments");
    private static final int LONGEST_BODY = 100_000;

    private final IssueStore issues;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TrackerServer(IssueStore issues, HttpServer server) {
        this.issues = issues;
        this.server = server;
    }

    public static TrackerServer start(IssueStore issues, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        TrackerServer tracker = new TrackerServer(issues, server);
        server.createContext("/", tracker::handle);
        server.setExecutor(tracker.threads);
        server.start();
        return tracker;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public IssueStore issues() {
        return issues;
    }

    private record Change(@Nullable String state, @Nullable List<String> labels) {}

    private record NewComment(@Nullable String body) {}

    private record Reply(int status, String type, String text) {
        static Reply json(int status, Object body) {
            return new Reply(status, "application/json", JSON.writeValueAsString(body));
        }

        static Reply error(int status, String message) {
            return json(status, Map.of("error", message));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange);
            byte[] body = reply.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", reply.type() + "; charset=utf-8");
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher one = ONE.matcher(path);
        Matcher comments = COMMENTS.matcher(path);
        return switch (exchange.getRequestMethod()) {
            case "GET" ->
                path.equals("/")
                        ? new Reply(200, "text/html", TrackerPage.of(issues.all()))
                        : path.equals("/issues")
                                ? list(exchange.getRequestURI().getQuery())
                                : one.matches() ? answer(issues.find(number(one)), 200) : nothing();
            case "PATCH" -> one.matches() ? change(exchange, number(one)) : nothing();
            case "POST" -> comments.matches() ? comment(exchange, number(comments)) : nothing();
            default -> Reply.error(405, "GET, PATCH or POST");
        };
    }

    private static int number(Matcher matcher) {
        return Integer.parseInt(matcher.group(1));
    }

    private static Reply nothing() {
        return Reply.error(404, "There is nothing here");
    }

    private static Reply answer(Optional<Issue> issue, int status) {
        return issue.map(found -> Reply.json(status, found))
                .orElseGet(() -> Reply.error(404, "There is no such issue"));
    }

    private Reply list(@Nullable String query) {
        String state = query != null && query.startsWith("state=") ? query.substring("state=".length()) : "all";
        return Reply.json(
                200,
                issues.all().stream()
                        .filter(issue -> state.equals("all") || issue.state().equals(state))
                        .toList());
    }

    private Reply change(HttpExchange exchange, int number) throws IOException {
        try {
            Change change = JSON.readValue(body(exchange), Change.class);
            String state = change.state();
            if (state != null && !state.equals(Issue.OPEN) && !state.equals(Issue.CLOSED)) {
                return Reply.error(400, "state is open or closed");
            }
            return answer(issues.change(number, key(exchange), issue -> issue.changed(state, change.labels())), 200);
        } catch (JacksonException e) {
            return Reply.error(400, "The body is {\"state\"?, \"labels\"?}");
        }
    }

    private Reply comment(HttpExchange exchange, int number) throws IOException {
        try {
            String text = JSON.readValue(body(exchange), NewComment.class).body();
            if (text == null || text.isBlank()) {
                return Reply.error(400, "A comment has a body");
            }
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            return answer(issues.change(number, key(exchange), issue -> issue.with(new Issue.Comment(text, now))), 201);
        } catch (JacksonException e) {
            return Reply.error(400, "The body is {\"body\"}");
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        return exchange.getRequestBody().readNBytes(LONGEST_BODY);
    }

    private static @Nullable String key(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Idempotency-Key");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
