package dev.reins.benchmarks.ground;

import dev.reins.standalone.Endpoints;
import dev.reins.standalone.Options;
import dev.reins.standalone.Standalone;
import dev.reins.standalone.rest.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A whole Reins as {@code ./reins up} starts it, in a folder that goes with it; it can be stopped and started again. */
public final class Installation implements AutoCloseable {
    private final Path folder;
    private Standalone running;
    private Endpoints endpoints;

    public Installation() {
        try {
            this.folder = Files.createTempDirectory("reins-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.running = standalone();
        this.endpoints = running.start();
    }

    private Standalone standalone() {
        Options options = new Options(Options.Verb.UP, folder.resolve("home"), 0, 0, 0, 2, null, null, false);
        return new Standalone(options, System.getenv(), (what, how) -> {});
    }

    /** Stops it and starts it again on what it has stored; gives how long the start took. */
    public Duration restart() {
        running.close();
        long start = System.nanoTime();
        running = standalone();
        endpoints = running.start();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public Endpoints endpoints() {
        return endpoints;
    }

    public RestClient admin() {
        return as(endpoints.adminKey());
    }

    public RestClient as(String key) {
        return new RestClient(URI.create(endpoints.api()), key);
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** What the workers hold of the machine's memory, in bytes, all together. */
    public long workerMemory() {
        return endpoints.pids().workers().stream()
                .mapToLong(Installation::residentBytes)
                .sum();
    }

    private static long residentBytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        running.close();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
