package dev.reins.standalone.temporal;

import dev.reins.contracts.SearchAttributes;
import dev.reins.standalone.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Temporal's dev server with a file database, and the settings without which a run would crawl. */
public final class DevServer {
    /**
     * By default each history shard reads its queues at most 20 times a second, so that a run could do no more than some
     * 20 sequential steps a second, and a timer under a second would take a full one.
     */
    private static final Map<String, String> DYNAMIC_CONFIG = Map.of(
            "history.transferProcessorMaxPollRPS", "1000",
            "history.timerProcessorMaxPollRPS", "1000",
            "history.timerProcessorMaxTimeShift", "\"20ms\"",
            "matching.enableFairness", "true");

    private DevServer() {}

    public static Command command(Path binary, int port, int uiPort, Path database, Path log) {
        List<String> line = new ArrayList<>(List.of(
                binary.toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--ui-port",
                Integer.toString(uiPort),
                "--db-filename",
                database.toString(),
                "--sqlite-pragma",
                "journal_mode=wal",
                "--sqlite-pragma",
                "synchronous=normal",
                "--ui-disable-news-fetch",
                "--log-level",
                "warn"));
        SearchAttributes.ALL.forEach(key -> line.addAll(List.of("--search-attribute", key.getName() + "=Keyword")));
        DYNAMIC_CONFIG.forEach((key, value) -> line.addAll(List.of("--dynamic-config-value", key + "=" + value)));
        return new Command("Temporal", line, Map.of(), "TERM", Duration.ofSeconds(8), log);
    }
}
