package dev.reins.standalone.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process under a guard: a shell that holds a pipe from this JVM and ends the process when the pipe closes. So nothing
 * is left behind when this JVM ends, not even by {@code kill -9}.
 */
public final class GuardedProcess implements AutoCloseable {
    private static final String SCRIPT = script();

    private final Command command;
    private final Process guard;
    private final long pid;
    private final Optional<ProcessHandle> child; // empty if it ended before it could be looked at

    private GuardedProcess(Command command, Process guard, long pid) {
        this.command = command;
        this.guard = guard;
        this.pid = pid;
        this.child = ProcessHandle.of(pid);
    }

    /** @throws UncheckedIOException if there is no bash to guard it */
    public static GuardedProcess start(Command command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(guarded(command)).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(command.environment());
            Process guard = builder.start();
            return new GuardedProcess(command, guard, pidSaidBy(guard));
        } catch (IOException e) {
            throw new UncheckedIOException("Starting " + command.name() + ": " + e.getMessage(), e);
        }
    }

    private static List<String> guarded(Command command) {
        List<String> line = new ArrayList<>(List.of("bash", "-c", SCRIPT, "guard"));
        line.add(command.stopSignal());
        line.add(Long.toString(command.grace().toSeconds()));
        line.add(command.log().toString());
        line.addAll(command.line());
        return line;
    }

    private static long pidSaidBy(Process guard) throws IOException {
        try (BufferedReader output = guard.inputReader(StandardCharsets.US_ASCII)) {
            String pid = output.readLine();
            if (pid == null) {
                throw new IOException("its guard ended at once");
            }
            return Long.parseLong(pid);
        }
    }

    /** The pid of the process itself, not of its guard. */
    public long pid() {
        return pid;
    }

    public Command command() {
        return command;
    }

    public boolean isAlive() {
        return guard.isAlive();
    }

    /** Waits until the process and its guard have ended, and gives the exit status. */
    public int await() throws InterruptedException {
        int status = guard.waitFor();
        closePipe();
        awaitChild();
        return status;
    }

    /** A guard may be killed before its process: the closed pipe ends that one then. */
    private void awaitChild() throws InterruptedException {
        if (child.isEmpty()) {
            return;
        }
        try {
            child.get().onExit().get(command.grace().toSeconds() + 5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            child.get().destroyForcibly();
        }
    }

    /** Asks the process to end; it is killed when its grace is over. */
    public void stop() {
        closePipe();
    }

    private void closePipe() {
        try {
            guard.getOutputStream().close();
        } catch (IOException e) {
            // Closed is what it should be: the guard has gone already.
        }
    }

    /** Stops the process and waits for its end. */
    @Override
    public void close() {
        stop();
        try {
            await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String script() {
        try (InputStream script = GuardedProcess.class.getResourceAsStream("guard.sh")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
