package dev.reins.standalone.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is run: the command line, what it adds to the environment, and how it ends.
 *
 * @param name as people know it: "api", "worker 1"
 * @param stopSignal asks it to end, without "SIG"
 * @param grace what it has to end by itself, in whole seconds, before it is killed
 * @param log where both its outputs go
 */
public record Command(
        String name, List<String> line, Map<String, String> environment, String stopSignal, Duration grace, Path log) {
    public Command {
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }
}
