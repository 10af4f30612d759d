package dev.reins.workflows;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which of a run's steps go the express lane: those that may, while the workflow's task is young enough. What reaches
 * the run from outside waits for the end of that task, so none lasts longer than {@link #LONGEST_TASK}: the next step then
 * simply goes the activity lane. Knows no clock but the one that it is told of.
 */
final class Lanes {
    static final Duration LONGEST_TASK = Duration.ofMillis(500);

    /** A step that would have less than this goes the activity lane. */
    static final Duration LEAST = Duration.ofMillis(100);

    /** For a workflow task to be completed in. */
    private static final Duration MARGIN = Duration.ofMillis(20);

    /** For how many steps a tool stays in the activity lane whose call did not end in the time that it had. */
    static final int BENCH = 20;

    /**
     * @param task which of the execution's workflow tasks this is
     * @param ms the workflow's time, which stands still but for the local activities
     */
    record Moment(long task, long ms) {}

    private final Map<String, Integer> benchedUntil = new HashMap<>();
    private @Nullable Moment taskBegan;
    private int stepsInTask;
    private int givenUp;

    /** How long an attempt in the express lane may take; empty: the step goes the activity lane. */
    Optional<Duration> express(Next.Perform step, @Nullable Duration remaining, Moment now) {
        if (!mayGo(step, remaining)) {
            return Optional.empty();
        }
        Duration left = leftOfTask(now);
        if (left.compareTo(LEAST) < 0) {
            return Optional.empty();
        }
        stepsInTask++;
        Duration timeout = Duration.ofMillis(Objects.requireNonNull(step.call()).timeoutMs());
        return Optional.of(left.compareTo(timeout) < 0 ? left : timeout);
    }

    private boolean mayGo(Next.Perform step, @Nullable Duration remaining) {
        return step.call() != null
                && step.call().express()
                && step.number() != givenUp
                && step.number() >= benchedUntil.getOrDefault(step.request().tool(), 0)
                && (remaining == null || remaining.compareTo(LONGEST_TASK) > 0);
    }

    /** The workflow's time counts whole milliseconds of each local activity: each has taken up to one more. */
    private Duration leftOfTask(Moment now) {
        if (taskBegan == null || taskBegan.task() != now.task()) {
            taskBegan = now;
            stepsInTask = 0;
        }
        long spent = now.ms() - taskBegan.ms() + stepsInTask;
        return LONGEST_TASK.minus(MARGIN).minusMillis(spent);
    }

    /** The step's attempt in the express lane came to nothing. */
    void gaveUp(Next.Perform step) {
        givenUp = step.number();
        benchedUntil.put(step.request().tool(), step.number() + BENCH);
    }
}
