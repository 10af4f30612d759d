package dev.reins.api.dependency;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thing the api stands on. Its going and its coming back are each said once. Thread-safe. */
public final class Dependency {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.api");

    private enum State {
        UNKNOWN,
        UP,
        DOWN
    }

    private final String name;
    private final String advice;
    private final AtomicReference<State> state = new AtomicReference<>(State.UNKNOWN);

    /**
     * @param name what it is, and its address
     * @param advice what to do while it is away, and what happens meanwhile
     */
    Dependency(String name, String advice) {
        this.name = name;
        this.advice = advice;
    }

    public boolean isUp() {
        return state.get() == State.UP;
    }

    public void up() {
        if (state.getAndSet(State.UP) == State.DOWN) {
            LOG.info("{} is back", name);
        }
    }

    public void down() {
        if (state.getAndSet(State.DOWN) != State.DOWN) {
            LOG.warn("{} cannot be reached: {}", name, advice);
        }
    }
}
