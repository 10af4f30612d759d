package dev.reins.workflows;

import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.Continuation;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.run.RunState;
import dev.reins.contracts.step.Execution;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.EncodedValues;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.DynamicSignalHandler;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The run workflow. Handlers only record what arrives. The run proceeds in a scope that Temporal's cancellation does not
 * reach, and sees it as one more request, so that the end of a cancelled run can still be written down.
 */
public final class AgentRunWorkflow implements AgentRun {
    private static final Duration CANCELLATION_ARRIVES = Duration.ofSeconds(10);

    private final ContinueAsNewAt continueAsNewAt;
    private final Progress progress = new Progress();
    private final TaskClock clock = new TaskClock();
    private final TemporalUi ui = new TemporalUi(progress);
    private final Inbox inbox = new Inbox(Workflow.getInfo().getRunId());

    public AgentRunWorkflow() {
        this(ContinueAsNewAt.DEFAULT);
    }

    AgentRunWorkflow(ContinueAsNewAt continueAsNewAt) {
        this.continueAsNewAt = continueAsNewAt;
        Workflow.registerListener(new OtherSignals());
    }

    private final class OtherSignals implements DynamicSignalHandler {
        @Override
        public void handle(String name, EncodedValues arguments) {
            inbox.add(name, arguments.get(RawValue.class));
        }

        @Override
        public String getDescription() {
            return "Any other signal leaves a refused receipt and changes nothing";
        }
    }

    @Override
    public void pause(@Nullable RawValue payload) {
        inbox.add(PAUSE, payload);
    }

    @Override
    public void resume(@Nullable RawValue payload) {
        inbox.add(RESUME, payload);
    }

    @Override
    public RunState state() {
        return progress.state();
    }

    @Override
    public void run(@Nullable RawValue input) {
        CancellationScope workflow = CancellationScope.current();
        AtomicReference<@Nullable RunEnd> end = new AtomicReference<>();
        Workflow.newDetachedCancellationScope(() -> end.set(runUncancelled(input, workflow)))
                .run();
        Closing.of(Objects.requireNonNull(end.get()));
    }

    private RunEnd runUncancelled(@Nullable RawValue input, CancellationScope workflow) {
        WorkflowInfo info = Workflow.getInfo();
        if (!RunId.isValid(info.getWorkflowId())) {
            return new RunEnd.Refused(
                    "The workflow id is the run's id: it must have 1 to 128 of the characters A-Z a-z 0-9 . _ -");
        }
        Execution execution = execution(info);
        Bookkeeper books = new Bookkeeper(execution, clock);
        Gate gate = new Gate(inbox, workflow, books, progress, ui);
        RunEnd end = written(proceed(execution, input, books, gate), books);
        if (end instanceof RunEnd.Cancelled) {
            gate.awaitCancellation(CANCELLATION_ARRIVES);
        }
        return end;
    }

    private static Execution execution(WorkflowInfo info) {
        boolean reset = !info.getRunId().equals(info.getOriginalExecutionRunId());
        String continuedFrom = info.getContinuedExecutionRunId().orElse(null);
        return new Execution(new RunId(info.getWorkflowId()), info.getRunId(), reset, continuedFrom);
    }

    private RunEnd proceed(Execution execution, @Nullable RawValue input, Bookkeeper books, Gate gate) {
        try {
            Begun begun = books.begin(RawText.of(input));
            if (begun.refusal() != null) {
                return new RunEnd.Refused(begun.refusal());
            }
            progress.began(begun, stepCount(execution, input));
            ui.identify(begun);
            return new RunLoop(execution, begun, books, gate, progress, ui, clock, continueAsNewAt).run();
        } catch (RuntimeException | AssertionError | StackOverflowError defect) {
            return broken(defect);
        }
    }

    /** As the execution that this one continues has carried it over; null where it has not. */
    private static @Nullable Integer stepCount(Execution execution, @Nullable RawValue input) {
        if (input == null || execution.continuedFrom() == null) {
            return null;
        }
        try {
            Continuation continuation = DefaultDataConverter.STANDARD_INSTANCE.fromPayload(
                    input.getPayload(), Continuation.class, Continuation.class);
            return continuation == null ? null : continuation.stepCount();
        } catch (DataConverterException other) {
            // Cron has runs continue, too, with any input.
            return null;
        }
    }

    /** A defect ends the run with a message, instead of failing its workflow tasks for ever. */
    private static RunEnd broken(Throwable defect) {
        String message = Bookkeeper.isDefect(defect)
                ? "The run cannot begin: a defect, or data that is broken, keeps it from being written down"
                : "A defect in the workflow ended the run: " + defect.getMessage();
        return Bookkeeper.gone(defect)
                .<RunEnd>map(RunEnd.Stale::new)
                .orElseGet(() -> new RunEnd.Failed(StopReason.INTERNAL, message, defect));
    }

    private RunEnd written(RunEnd end, Bookkeeper books) {
        try {
            writeDown(end, books);
            return end;
        } catch (ActivityFailure failure) {
            return Bookkeeper.gone(failure).map(RunEnd.Stale::new).orElseThrow(() -> failure);
        }
    }

    /** A run that never began has no row that is known to be its own. */
    private void writeDown(RunEnd end, Bookkeeper books) {
        if (progress.status() == RunStatus.QUEUED) {
            return;
        }
        switch (end) {
            case RunEnd.Completed ignored -> finish(books, RunStatus.COMPLETED, StopReason.DONE, null);
            case RunEnd.Cancelled ignored -> finish(books, RunStatus.CANCELLED, StopReason.CANCELLED, null);
            case RunEnd.Failed failed -> finish(books, RunStatus.FAILED, failed.reason(), failed.message());
            case RunEnd.Refused ignored -> {}
            case RunEnd.Stale ignored -> {}
            case RunEnd.ContinuedAsNew ignored -> {}
        }
    }

    private void finish(Bookkeeper books, RunStatus status, StopReason reason, @Nullable String message) {
        books.finish(status, reason, status == RunStatus.FAILED ? reason.wire() : null, message);
        progress.ended(status, message);
        ui.refresh();
    }
}
