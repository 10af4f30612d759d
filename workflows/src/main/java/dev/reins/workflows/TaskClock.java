package dev.reins.workflows;

import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the workflow's task has lasted, by the workflow's own time: it begins with the task and stands still but for the
 * local activities, whose markers move it on in replay as they did at first. So it must be looked at before the first of
 * them in each task. What a worker needs besides, to replay or to fetch the task, no workflow can know.
 */
final class TaskClock {
    /**
     * @param task which of the execution's workflow tasks this is
     * @param ms the workflow's time
     */
    record Moment(long task, long ms) {
        static Moment now() {
            return new Moment(Workflow.getInfo().getHistoryLength(), Workflow.currentTimeMillis());
        }
    }

    private static final long NO_TASK = -1;

    private long task = NO_TASK;
    private long beganMs;
    private boolean beginningIsKnown;
    private int localActivities;

    /** A local activity is about to begin. */
    void begins(Moment now) {
        look(now);
        localActivities++;
    }

    /** It has ended, perhaps in a later task, which then began at a time that nobody noted. */
    void ended(Moment now) {
        boolean inTheSameTask = now.task() == task;
        look(now);
        beginningIsKnown &= inTheSameTask;
    }

    /**
     * The workflow's time counts whole milliseconds of each local activity: each has taken up to one more.
     *
     * @return empty: it has lasted for nobody knows how long
     */
    Optional<Duration> spent(Moment now) {
        look(now);
        return beginningIsKnown
                ? Optional.of(Duration.ofMillis(now.ms() - beganMs + localActivities))
                : Optional.empty();
    }

    private void look(Moment now) {
        if (now.task() != task) {
            task = now.task();
            beganMs = now.ms();
            beginningIsKnown = true;
            localActivities = 0;
        }
    }
}
