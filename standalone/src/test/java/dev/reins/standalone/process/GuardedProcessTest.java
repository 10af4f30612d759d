package dev.reins.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessTest {
    @TempDir
    Path folder;

    @Test
    void givesThePidAndTheExitStatusOfTheProcessItself() throws Exception {
        var process = GuardedProcess.start(bash("echo said $$ $GREETING; exit 7"));

        assertThat(process.await()).isEqualTo(7);
        assertThat(log()).isEqualTo("said " + process.pid() + " hello\n");
    }

    @Test
    void stoppingAsksTheProcessToEnd() {
        var process =
                GuardedProcess.start(bash("trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        await().until(() -> log().contains("up"));

        process.close();

        assertThat(log()).contains("asked");
        assertThat(ProcessHandle.of(process.pid())).isEmpty();
    }

    @Test
    void aProcessThatWillNotEndIsKilledWhenItsGraceIsOver() {
        var process = GuardedProcess.start(bash("trap '' TERM; echo up; while :; do sleep 0.05; done"));
        await().until(() -> log().contains("up"));

        process.close();

        assertThat(ProcessHandle.of(process.pid())).isEmpty();
    }

    @Test
    void whatTheProcessStartedEndsWithIt() {
        var process = GuardedProcess.start(bash("sleep 1000 & echo $!; wait"));
        await().until(() -> !log().isBlank());
        long grandchild = Long.parseLong(log().strip());

        process.close();

        await().until(() -> ProcessHandle.of(grandchild).isEmpty());
    }

    @Test
    void theProcessEndsAlsoWhenItsGuardIsKilled() throws Exception {
        var process = GuardedProcess.start(bash("sleep 1000"));
        ProcessHandle child = ProcessHandle.of(process.pid()).orElseThrow();

        child.parent().orElseThrow().destroyForcibly();
        process.await();

        await().until(() -> !child.isAlive());
    }

    @Test
    void aDeadProcessIsStartedAgain() {
        var supervised = Supervised.start(bash("echo up; exec sleep 1000"), changed -> {});
        try (supervised) {
            long first = supervised.pid();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().until(() -> supervised.pid() != first && supervised.isAlive());
            assertThat(supervised.deaths()).isEqualTo(1);
        }
        await().until(() -> ProcessHandle.of(supervised.pid()).isEmpty());
    }

    private Command bash(String script) {
        return new Command(
                "trial",
                List.of("bash", "-c", script),
                Map.of("GREETING", "hello"),
                "TERM",
                Duration.ofSeconds(1),
                folder.resolve("log"));
    }

    private String log() {
        try {
            return Files.exists(folder.resolve("log")) ? Files.readString(folder.resolve("log")) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
