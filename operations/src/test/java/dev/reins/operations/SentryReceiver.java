package dev.reins.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes Sentry's envelopes as its service does: a line of headers, then pairs of an item's header and the item. */
public final class SentryReceiver implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();

    public SentryReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.start();
    }

    public String dsn() {
        return "http://public@127.0.0.1:" + server.getAddress().getPort() + "/1";
    }

    /** The events received so far. */
    public List<JsonNode> events() {
        return List.copyOf(events);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream plain = zipped ? new GZIPInputStream(body) : body;
            String[] lines = new String(plain.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            for (int line = 1; line + 1 < lines.length; line += 2) {
                if (JSON.readTree(lines[line]).path("type").asString("").equals("event")) {
                    events.add(JSON.readTree(lines[line + 1]));
                }
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
