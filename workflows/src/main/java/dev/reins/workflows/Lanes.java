package dev.reins.workflows;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which of a run's steps go the express lane: those that may, while the workflow's task is young enough. What reaches
 * the run from outside waits for the end of that task, so no step is to make it longer than {@link #LONGEST_TASK}: it then
 * simply goes the activity lane. Knows no clock but the one that it is told of.
 */
final class Lanes {
    static final Duration LONGEST_TASK = Duration.ofMillis(500);

    /** A step that would have less than this goes the activity lane. */
    static final Duration LEAST = Duration.ofMillis(100);

    /** For a workflow task to be completed in. */
    private static final Duration MARGIN = Duration.ofMillis(20);

    /** A tool that is given up again and again stays in the activity lane for longer and longer: 1, 3, 7 … steps, up to 63. */
    private static final int MOST_DOUBLINGS = 6;

    /** @param nextExpress the first step at which the tool may try the express lane again */
    private record Bench(int givenUp, int nextExpress) {}

    private final Map<String, Bench> benches = new HashMap<>();
    private final TaskClock clock;

    Lanes(TaskClock clock) {
        this.clock = clock;
    }

    /** How long an attempt in the express lane may take; empty: the step goes the activity lane. */
    Optional<Duration> express(Next.Perform step, @Nullable Duration remaining, TaskClock.Moment now) {
        if (!mayGo(step, remaining)) {
            return Optional.empty();
        }
        Duration left = leftOfTask(now);
        if (left.compareTo(LEAST) < 0) {
            return Optional.empty();
        }
        clock.begins(now);
        Duration timeout = Duration.ofMillis(Objects.requireNonNull(step.call()).timeoutMs());
        return Optional.of(left.compareTo(timeout) < 0 ? left : timeout);
    }

    private boolean mayGo(Next.Perform step, @Nullable Duration remaining) {
        return step.call() != null
                && step.call().express()
                && step.number() >= bench(step).nextExpress()
                && (remaining == null || remaining.compareTo(LONGEST_TASK) > 0);
    }

    private Duration leftOfTask(TaskClock.Moment now) {
        return clock.spent(now).map(LONGEST_TASK.minus(MARGIN)::minus).orElse(Duration.ZERO);
    }

    private Bench bench(Next.Perform step) {
        return benches.getOrDefault(step.request().tool(), new Bench(0, 0));
    }

    /** The step's attempt in the express lane came to nothing: it is asked for in the other one. */
    void gaveUp(Next.Perform step) {
        int times = bench(step).givenUp() + 1;
        int steps = (1 << Math.min(times, MOST_DOUBLINGS)) - 1;
        benches.put(step.request().tool(), new Bench(times, step.number() + steps));
    }

    /** The step's attempt in the express lane told what came of it. */
    void kept(Next.Perform step) {
        benches.remove(step.request().tool());
    }
}
