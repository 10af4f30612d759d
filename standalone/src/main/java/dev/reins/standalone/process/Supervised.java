package dev.reins.standalone.process;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A process that is started again when it dies, with a growing pause between starts that fail early. */
public final class Supervised implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration STEADY = Duration.ofSeconds(20);

    private final Command command;
    private final Consumer<Supervised> changed;
    private final Thread thread;
    private volatile @Nullable GuardedProcess current;
    private volatile boolean closing;
    private volatile int deaths;

    private Supervised(Command command, Consumer<Supervised> changed) {
        this.command = command;
        this.changed = changed;
        this.thread = Thread.ofPlatform().name(command.name()).daemon().unstarted(this::supervise);
    }

    /** @param changed told, on a thread of its own, whenever the process has died and whenever it was started again */
    public static Supervised start(Command command, Consumer<Supervised> changed) {
        Supervised supervised = new Supervised(command, changed);
        supervised.current = GuardedProcess.start(command);
        supervised.thread.start();
        return supervised;
    }

    public Command command() {
        return command;
    }

    public long pid() {
        GuardedProcess process = current;
        return process == null ? 0 : process.pid();
    }

    /** How often it ended without being asked to. */
    public int deaths() {
        return deaths;
    }

    public boolean isAlive() {
        GuardedProcess process = current;
        return process != null && process.isAlive();
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                Instant started = Instant.now();
                GuardedProcess process = current;
                if (process == null || ended(process)) {
                    return;
                }
                boolean steady = Duration.between(started, Instant.now()).compareTo(STEADY) > 0;
                pause = steady ? FIRST_PAUSE : pause;
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                restart();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the process's end; true if that was asked for. */
    private boolean ended(GuardedProcess process) throws InterruptedException {
        process.await();
        if (closing) {
            return true;
        }
        deaths++;
        changed.accept(this);
        return false;
    }

    private synchronized void restart() {
        if (!closing) {
            current = GuardedProcess.start(command);
            changed.accept(this);
        }
    }

    /** Asks it to end without waiting for it. */
    public synchronized void stop() {
        closing = true;
        GuardedProcess process = current;
        if (process != null) {
            process.stop();
        }
    }

    @Override
    public void close() {
        stop();
        GuardedProcess process = current;
        if (process != null) {
            process.close();
        }
    }
}
