package dev.reins.api.engine;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowServiceException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Puts every call to Temporal under one deadline and one circuit, and tells an outage from a refusal. Thread-safe. */
final class Calls implements AutoCloseable {
    private static final Set<Status.Code> OUTAGE = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.CANCELLED,
            Status.Code.RESOURCE_EXHAUSTED);

    private final Circuit circuit;
    private final Duration deadline;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("engine-deadline").factory());

    Calls(Circuit circuit, Duration deadline) {
        this.circuit = circuit;
        this.deadline = deadline;
    }

    /** @throws EngineUnavailable at once while the circuit is open */
    <T> T call(Supplier<T> request) {
        if (circuit.isOpen()) {
            throw new EngineUnavailable();
        }
        return probe(request);
    }

    /** As {@link #call}, whether or not the circuit is open. */
    <T> T probe(Supplier<T> request) {
        try {
            T answer = withinDeadline(request);
            circuit.succeeded();
            return answer;
        } catch (RuntimeException failure) {
            throw translated(failure);
        }
    }

    /** As {@link #call}, for a call that also waits for a worker: too late does not mean that Temporal is away. */
    <T> T callWorker(Supplier<T> request) {
        if (circuit.isOpen()) {
            throw new EngineUnavailable();
        }
        try {
            return withinDeadline(request);
        } catch (RuntimeException failure) {
            throw status(failure).<RuntimeException>map(EngineUnavailable::new).orElse(failure);
        }
    }

    private <T> T withinDeadline(Supplier<T> request) {
        try (var context = Context.current().withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS, timer)) {
            return context.call(request::get);
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible); // a Supplier throws nothing checked
        }
    }

    private RuntimeException translated(RuntimeException failure) {
        return status(failure).map(this::translated).orElse(failure);
    }

    private RuntimeException translated(StatusRuntimeException status) {
        if (isOutage(status)) {
            circuit.failed();
            return new EngineUnavailable(status);
        }
        circuit.succeeded();
        return new EngineRefused(status);
    }

    static boolean isOutage(StatusRuntimeException status) {
        return OUTAGE.contains(status.getStatus().getCode());
    }

    /**
     * What the SDK says without one is that it could not ask: its time for the first contact can run out while other calls
     * wait for the same contact.
     */
    private static Optional<StatusRuntimeException> status(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException status) {
                return Optional.of(status);
            }
        }
        return failure instanceof WorkflowServiceException
                ? Optional.of(Status.UNAVAILABLE.withCause(failure).asRuntimeException())
                : Optional.empty();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
