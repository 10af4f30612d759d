package dev.reins.benchmarks.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the figures were taken: ratios carry over to other machines better than times do, and neither does fully. */
public record Machine(int cores, long memoryMb, String jvm, String system) {

    public static Machine ofThisProcess() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                totalMemoryMb(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    private static long totalMemoryMb() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                            .filter(line -> line.startsWith("MemTotal:"))
                            .map(line -> line.replaceAll("\\D", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0)
                    / 1024;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    @Override
    public String toString() {
        String memory = memoryMb == 0 ? "" : ", " + memoryMb / 1024 + " GB";
        return cores + " cores" + memory + ", " + jvm + ", " + system;
    }
}
