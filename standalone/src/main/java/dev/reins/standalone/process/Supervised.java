package dev.reins.standalone.process;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that is started again when it dies, with a growing pause between starts that fail or end early. It is given
 * up by {@link #stop} alone.
 */
public final class Supervised implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration STEADY = Duration.ofSeconds(20);

    /** Told of what becomes of a process, on a thread of the process's own. What it throws is logged and changes nothing. */
    public interface Watcher {
        void died(Supervised process);

        void startedAgain(Supervised process);

        /** It will be tried again. */
        void notStarted(Supervised process, RuntimeException reason);
    }

    private final Command command;
    private final Watcher watcher;
    private final Thread thread;
    private volatile GuardedProcess current;
    private volatile boolean closing;
    private volatile int deaths;

    private Supervised(Command command, Watcher watcher) {
        this.command = command;
        this.watcher = watcher;
        this.thread = Thread.ofPlatform().name(command.name()).daemon().unstarted(this::supervise);
        this.current = GuardedProcess.start(command);
    }

    /** @throws java.io.UncheckedIOException if it cannot be started at all */
    public static Supervised start(Command command, Watcher watcher) {
        Supervised supervised = new Supervised(command, watcher);
        supervised.thread.start();
        return supervised;
    }

    public Command command() {
        return command;
    }

    public long pid() {
        return current.pid();
    }

    /** How often it ended without being asked to. */
    public int deaths() {
        return deaths;
    }

    public boolean isAlive() {
        return current.isAlive();
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                Instant started = Instant.now();
                current.await();
                if (closing) {
                    return;
                }
                deaths++;
                tell(() -> watcher.died(this));
                boolean steady = Duration.between(started, Instant.now()).compareTo(STEADY) > 0;
                pause = startAgain(steady ? FIRST_PAUSE : pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries until it is started or no longer wanted. Gives the pause to make should it end early. */
    private Duration startAgain(Duration first) throws InterruptedException {
        Duration pause = first;
        do {
            Thread.sleep(pause);
            pause = longer(pause);
        } while (!isStarted());
        return pause;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private synchronized boolean isStarted() {
        if (closing) {
            return true;
        }
        try {
            current = GuardedProcess.start(command);
        } catch (RuntimeException e) {
            LOG.error("{} could not be started again", command.name(), e);
            tell(() -> watcher.notStarted(this, e));
            return false;
        }
        tell(() -> watcher.startedAgain(this));
        return true;
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("What became of {} could not be told", command.name(), e);
        }
    }

    /** Asks it to end without waiting for it. */
    public synchronized void stop() {
        closing = true;
        current.stop();
    }

    @Override
    public void close() {
        stop();
        current.close();
    }
}
