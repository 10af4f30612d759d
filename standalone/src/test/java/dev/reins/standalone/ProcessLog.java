package dev.reins.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process of a stack writes to its log from now on. */
final class ProcessLog {
    private final Path file;
    private final int before;

    /** @param process as its log is named: {@code api}, {@code worker-1} */
    ProcessLog(Stack stack, String process) {
        this.file = stack.home().resolve("logs").resolve(process + ".log");
        this.before = read().length();
    }

    String text() {
        return read().substring(before);
    }

    List<String> linesWith(String part) {
        return text().lines().filter(line -> line.contains(part)).toList();
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
