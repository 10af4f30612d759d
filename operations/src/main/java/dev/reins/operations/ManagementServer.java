package dev.reins.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Tells health, metrics and version at an address of their own, in every process alike: a worker has no web server, and
 * what the api serves to its users is not the place for it. It is there first and goes last, so that a start that waits and
 * a shutdown that drains can both be seen.
 */
public final class ManagementServer implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.operations");

    private final OperationsSettings settings;
    private final ManagementPages pages;
    private volatile @Nullable HttpServer server;

    ManagementServer(OperationsSettings settings, ManagementPages pages) {
        this.settings = settings;
        this.pages = pages;
    }

    @Override
    public void start() {
        try {
            var address = new InetSocketAddress(settings.managementHost(), settings.managementPort());
            HttpServer fresh = HttpServer.create(address, 0);
            fresh.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            fresh.createContext("/", this::answer);
            fresh.start();
            server = fresh;
            LOG.info(
                    "Health and metrics at http://{}:{}/actuator",
                    settings.managementHost(),
                    fresh.getAddress().getPort());
        } catch (IOException taken) {
            throw new CannotListen(settings, taken);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            ManagementPages.Page page = pages.at(exchange.getRequestURI().getPath());
            byte[] text = page.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", page.contentType());
            exchange.sendResponseHeaders(page.status(), text.length);
            exchange.getResponseBody().write(text);
        }
    }

    /** Where it listens; 0 while it does not. */
    public int port() {
        HttpServer current = server;
        return current == null ? 0 : current.getAddress().getPort();
    }

    @Override
    public void stop() {
        HttpServer current = server;
        if (current != null) {
            current.stop(0);
        }
        server = null;
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
