package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Reins: an agentic run whose model is scripted. */
public final class ReinsAgent implements Conversationalist {
    private final ReinsInProcess reins;

    public ReinsAgent(Ground ground) {
        this.reins = ReinsInProcess.on(ground);
    }

    @Override
    public String name() {
        return "activity_lane";
    }

    @Override
    public String configuration() {
        return "an agentic run with a scripted model: messages lie in PostgreSQL, history carries ids alone";
    }

    @Override
    public Storage storage() {
        return ReinsInProcess.STORAGE;
    }

    @Override
    public void converse(String runId, int turns, int bytes) {
        write(runId, turns, bytes);
        long plenty = 1_000_000_000L;
        String agent = reins.agent(Map.of(
                "name",
                "Talker",
                "instructions",
                "Talk.",
                "model",
                Map.of("provider", "scripted", "name", runId),
                "tools",
                List.of("echo"),
                "maxSteps",
                2 * turns + 1,
                "limits",
                Map.of("maxCredits", plenty, "maxCreditsPerStep", plenty)));
        JsonNode body = ReinsInProcess.json(Map.of("agentId", agent, "prompt", "Echo until you have had enough."));
        reins.complete(runId, body, 2 * turns + 1);
    }

    private void write(String name, int turns, int bytes) {
        String script = IntStream.rangeClosed(1, turns)
                .mapToObj(turn -> """
                          - text: "%s"
                            calls:
                              - tool: echo
                                arguments: {value: %d}
                        """.formatted(Prose.of(turn, bytes), turn))
                .collect(Collectors.joining("", "turns:\n", "  - text: Enough.\n"));
        try {
            Path scripts = Files.createDirectories(reins.scripts());
            Files.writeString(scripts.resolve(name + ".yaml"), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}
}
