package dev.reins.benchmarks.contestant;

import dev.reins.activities.step.Attempt;
import dev.reins.activities.step.StepRunner;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.RunBookkeeping.Finish;
import dev.reins.contracts.step.Execution;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.run.RunLifecycle;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;

/**
 * Reins' guarded runs for an engine that is not Temporal: what its durable steps call is what Reins' activities call, in the
 * same transactions, and a run leaves the same rows. Everything may be called again with the same run and step.
 */
final class GuardedRuns {
    private final ReinsInProcess reins;
    private final StepRunner steps;
    private final RunLifecycle lifecycle;

    GuardedRuns(Ground ground) {
        this.reins = ReinsInProcess.on(ground);
        this.steps = reins.part(StepRunner.class);
        this.lifecycle = reins.part(RunLifecycle.class);
    }

    String databaseUrl() {
        return reins.databaseUrl();
    }

    /** Commits row and plan. */
    void create(String runId, int count) {
        reins.create(runId, ReinsInProcess.echoes(ReinsInProcess.USER, count, Lane.EXPRESS, 0));
    }

    /**
     * Has the step admitted, performs it and records it, unless it is recorded already.
     *
     * @return how many steps the run has done
     * @throws ApplicationFailure if it did not complete; not retryable where the guards refuse it
     */
    int step(String runId, int number) {
        StepRequest request = StepRequest.planned(execution(runId), number, "echo", number);
        return steps.run(request, new PeersAttempt(Instant.now().plus(Lane.LONGEST_CALL)))
                .stepCount();
    }

    void finish(String runId) {
        lifecycle.finish(new Finish(execution(runId), RunStatus.COMPLETED, StopReason.DONE, null, null));
    }

    /** @throws IllegalStateException if the run did not complete after so many steps */
    void requireCompleted(String runId, int count) {
        reins.completed(runId, count);
    }

    /** The engine's own id of an execution is the run's. */
    private static Execution execution(String runId) {
        return new Execution(new RunId(runId), runId, false, null);
    }

    /** Within a durable step of a peer: no task queue before it, and nobody hears its heartbeat. */
    private record PeersAttempt(Instant deadline) implements Attempt {
        @Override
        public Duration timeout() {
            return Lane.LONGEST_CALL;
        }

        @Override
        public Lane lane() {
            return Lane.EXPRESS;
        }

        @Override
        public long queuedMs() {
            return 0;
        }

        @Override
        public void heartbeat() {}
    }
}
