package dev.reins.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
    void aStoppedProcessCostsItsGuardNothing() throws Exception {
        try (var process = GuardedProcess.start(bash("sleep 1000"))) {
            ProcessHandle child = ProcessHandle.of(process.pid()).orElseThrow();
            ProcessHandle guard = child.parent().orElseThrow();

            signal("STOP", process.pid());

            Duration before = used(guard);
            await().during(Duration.ofSeconds(2))
                    .until(() -> used(guard).minus(before).compareTo(Duration.ofMillis(100)) < 0);
        }
    }

    private static Duration used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Test
    void aStoppedProcessIsAskedToEndToo() throws Exception {
        var process =
                GuardedProcess.start(bash("trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        await().until(() -> log().contains("up"));
        signal("STOP", process.pid());

        process.close();

        assertThat(log()).contains("asked");
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aDeadProcessIsStartedAgain() {
        var supervised = Supervised.start(bash("echo up; exec sleep 1000"), new Witness());
        try (supervised) {
            long first = supervised.pid();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().until(() -> supervised.pid() != first && supervised.isAlive());
            assertThat(supervised.deaths()).isEqualTo(1);
        }
        await().until(() -> ProcessHandle.of(supervised.pid()).isEmpty());
    }

    @Test
    void itIsStartedAgainWhenItsWatcherThrows() {
        Witness witness = new Witness();
        witness.throwing = true;
        try (var supervised = Supervised.start(bash("exec sleep 1000"), witness)) {
            for (int death = 1; death <= 2; death++) {
                long before = supervised.pid();
                ProcessHandle.of(before).orElseThrow().destroyForcibly();
                await().until(() -> supervised.pid() != before && supervised.isAlive());
            }
            assertThat(witness.news).startsWith("died", "started again", "died");
        }
    }

    /** Bash reads BASH_ENV first, so that a guard which finds an exit there never says a pid. */
    @Test
    void aStartThatFailsIsToldAndTriedAgain() throws Exception {
        Path spoiler = folder.resolve("spoiler");
        Witness witness = new Witness();
        Command command = new Command(
                "trial",
                List.of("sleep", "1000"),
                Map.of("BASH_ENV", spoiler.toString()),
                "TERM",
                Duration.ofSeconds(1),
                folder.resolve("log"));
        try (var supervised = Supervised.start(command, witness)) {
            long first = supervised.pid();
            Files.writeString(spoiler, "exit 1");

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().until(() ->
                    witness.news.stream().filter("not started"::equals).count() >= 2);
            assertThat(supervised.isAlive()).isFalse();
            Files.delete(spoiler);
            await().until(() -> supervised.pid() != first && supervised.isAlive());
        }
    }

    private static final class Witness implements Supervised.Watcher {
        private final List<String> news = new CopyOnWriteArrayList<>();
        private volatile boolean throwing;

        @Override
        public void died(Supervised process) {
            hear("died");
        }

        @Override
        public void startedAgain(Supervised process) {
            hear("started again");
        }

        @Override
        public void notStarted(Supervised process, RuntimeException reason) {
            hear("not started");
        }

        private void hear(String what) {
            news.add(what);
            if (throwing) {
                throw new IllegalStateException("on hearing of it");
            }
        }
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
