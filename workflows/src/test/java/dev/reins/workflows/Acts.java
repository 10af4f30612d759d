package dev.reins.workflows;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.contracts.step.StepRequest;
import dev.reins.workflows.World.Act;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** What steps can be scripted to do. */
final class Acts {
    private Acts() {}

    static Act succeeds() {
        return (request, world) -> world.succeed(request);
    }

    static Act endsAs(Kind kind, String message) {
        return (request, world) -> {
            throw notDone(request, world, kind, null, null, message);
        };
    }

    static Act waitsUntil(LongSupplier epochMs) {
        return (request, world) -> {
            throw notDone(request, world, Kind.WAITING, epochMs.getAsLong(), null, "Rate limit exceeded for http");
        };
    }

    static Act endsTheRun(StopReason reason, String message) {
        return (request, world) -> {
            throw notDone(request, world, Kind.RUN_ENDS, null, reason, message);
        };
    }

    /** A guard pauses the run: its admission sets the row paused. */
    static Act isPausedBy(PauseReason reason, Kind kind) {
        return (request, world) -> {
            world.row(RunStatus.PAUSED, reason, "No room");
            throw notDone(request, world, kind, null, null, "No room");
        };
    }

    /** Is asked for again after the run's end, of which the workflow knows nothing. */
    static Act finds(RunStatus end) {
        return (request, world) -> {
            world.row(end, null, null);
            throw notDone(request, world, Kind.HELD, null, null, "The run is " + end.wire());
        };
    }

    /** Runs until it is let go, or cancelled; the tool then says that it was. */
    static Act runsUntil(CountDownLatch letGo) {
        return (request, world) -> {
            world.claim();
            try {
                while (!letGo.await(20, TimeUnit.MILLISECONDS)) {
                    Activity.getExecutionContext().heartbeat(null);
                }
            } catch (ActivityCompletionException e) {
                throw notDone(request, world, Kind.CANCELLED, null, null, "Cancelled");
            }
            return world.succeed(request);
        };
    }

    /** Succeeds once as many steps as the latch counts are under way at once. */
    static Act meets(CountDownLatch others) {
        return (request, world) -> {
            others.countDown();
            if (!others.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The others did not come");
            }
            return world.succeed(request);
        };
    }

    /** Does what it does once it is let go. */
    static Act after(CountDownLatch letGo, Act act) {
        return (request, world) -> {
            letGo.await();
            return act.on(request, world);
        };
    }

    /** Fails, and is to be asked for again after the delay. */
    static Act isToBeRepeatedAfter(Duration delay) {
        return (request, world) -> {
            throw ApplicationFailure.newBuilder()
                    .setType("StepToBeRepeated")
                    .setMessage("It answered 503")
                    .setNextRetryDelay(delay)
                    .build();
        };
    }

    /** Hangs for longer than any attempt may, whoever interrupts it. */
    static Act hangsFor(Duration time) {
        return (request, world) -> {
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            return world.succeed(request);
        };
    }

    static Act takes(Duration time) {
        return (request, world) -> {
            Thread.sleep(time);
            return world.succeed(request);
        };
    }

    static Act isLost() {
        return (request, world) -> {
            throw new IllegalStateException("The worker is gone");
        };
    }

    static Act breaks(String message) {
        return (request, world) -> {
            throw ApplicationFailure.newNonRetryableFailure(message, "SomeBug");
        };
    }

    private static ApplicationFailure notDone(
            StepRequest request, World world, Kind kind, Long until, StopReason reason, String message) {
        int counted = kind == Kind.WAITING || kind == Kind.PAUSED ? request.stepNumber() - 1 : request.stepNumber();
        StepNotDone verdict = new StepNotDone(
                kind,
                kind == Kind.WAITING ? WaitingFor.RATE_LIMIT : null,
                until,
                kind == Kind.PAUSED ? PauseReason.COST_LIMIT : null,
                reason,
                message,
                counted,
                counted * 10L,
                world.activeMs);
        return ApplicationFailure.newBuilder()
                .setType(StepNotDone.FAILURE_TYPE)
                .setMessage(message)
                .setDetails(verdict)
                .setNonRetryable(true)
                .setCategory(ApplicationErrorCategory.BENIGN)
                .build();
    }
}
