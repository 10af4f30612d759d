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
    public void converse(String runId, Talk talk) {
        write(runId, talk);
        int steps = 2 * talk.turns() + 1;
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
                steps,
                "limits",
                Map.of("maxCredits", plenty, "maxCreditsPerStep", plenty)));
        JsonNode body = ReinsInProcess.json(Map.of("agentId", agent, "prompt", "Echo until you have had enough."));
        reins.complete(runId, body, steps);
    }

    /** A script is YAML, in which a JSON text is a text. */
    private void write(String name, Talk talk) {
        String script = IntStream.rangeClosed(1, talk.turns())
                .mapToObj(turn ->
                        """
                          - text: %s
                            calls:
                              - tool: echo
                                arguments: {value: %s}
                        """.formatted(ReinsInProcess.json(talk.text(turn)), ReinsInProcess.json(talk.argument(turn))))
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
