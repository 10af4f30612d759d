package dev.reins.activities.step;

import dev.reins.activities.model.Models;
import dev.reins.activities.tool.Cancellation.Reason;
import dev.reins.activities.tool.Tools;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.step.CallOutline;
import dev.reins.contracts.step.StepCompleted;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepRequest;
import dev.reins.store.Missing;
import dev.reins.store.admission.Admission;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Admissions;
import dev.reins.store.admission.Recording;
import dev.reins.store.admission.RunTotals;
import dev.reins.store.config.ToolCatalog;
import dev.reins.store.journal.Journal;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes a step through its life: read it, have it admitted, perform it, record it. Knows nothing of the kind of activity
 * it runs in. Thread-safe.
 */
public final class StepRunner implements AutoCloseable {
    private static final Duration AFTER_ANOTHER = Duration.ofMillis(500);

    /** In characters of input, of which a single step may have seven times as many. */
    private static final int MOST_TOGETHER = 1 << 20;

    private final Admissions admissions;
    private final Journal journal;
    private final RunContents runs;
    private final StepContents contents;
    private final Performer performer = new Performer();
    private final Calls calls;
    private final AccountQueue accounts;
    private final Recorder recorder;
    private final Outlines outlines;
    private final ExpressLane express;

    public StepRunner(
            Admissions admissions, Journal journal, RunContents runs, ToolCatalog catalog, Tools tools, Models models) {
        this.admissions = admissions;
        this.journal = journal;
        this.runs = runs;
        this.contents = new StepContents(journal, runs, catalog, tools, models);
        this.calls = new Calls(admissions, models, performer);
        this.accounts =
                new AccountQueue(admissions, runId -> runs.snapshot(runId).userId());
        this.recorder = new Recorder(admissions, accounts);
        this.outlines = new Outlines(tools);
        this.express = new ExpressLane(runs);
    }

    /**
     * Performs the step, unless it has been before.
     *
     * @throws ApplicationFailure if it did not complete: with a {@link StepNotDone} for the workflow, or to be tried again
     */
    public StepCompleted run(StepRequest request, Attempt attempt) {
        Instant stopAt = Performer.stopAt(Instant.now(), attempt.deadline());
        Step step = ofKnownRun(() -> read(request, attempt));
        UUID token = UUID.randomUUID();
        return switch (admit(step.admission(request, token, attempt.queuedMs()), attempt, stopAt)) {
            case Admission.Claimed claimed -> {
                Reason outOfTime = express.whenOutOfTime(request, step, attempt);
                yield perform(
                        new Claim(request, step, token, claimed.failedCalls(), attempt, stopAt, outOfTime), claimed);
            }
            case Admission.AlreadyRecorded recorded -> repeat(request, step, recorded);
            case Admission.NotAdmitted refused -> throw notAdmitted(request, step, refused.verdict());
        };
    }

    private Step read(StepRequest request, Attempt attempt) {
        Step step = contents.read(request);
        express.check(request, step, attempt);
        return step;
    }

    /**
     * Has steps that are to run side by side admitted, as {@link Admissions#admitTogether} does: as many of them as may be
     * held at once.
     *
     * @return how many of them, from the first on, may run
     * @throws Missing if the database does not know the run
     */
    public int admit(List<StepRequest> requests) {
        List<AdmissionRequest> together = new ArrayList<>();
        long length = 0;
        for (StepRequest request : requests) {
            AdmissionRequest asked = contents.read(request).admission(request, null, 0);
            together.add(asked);
            length += asked.input().toString().length();
            if (length > MOST_TOGETHER) {
                break;
            }
        }
        return admissions.admitTogether(together);
    }

    /** A run that the database does not know, as after it was restored to an earlier point, ends instead of asking for ever. */
    private static <T> T ofKnownRun(Supplier<T> call) {
        try {
            return call.get();
        } catch (Missing e) {
            throw StepFailures.notDone(StepFailures.unknown(e.getMessage()));
        }
    }

    /**
     * Where only the answer was lost, the same token finds the claim again; another one would find a step that someone has
     * claimed, and doubt what nobody has called.
     */
    private Admission admit(AdmissionRequest request, Attempt attempt, Instant stopAt) {
        Instant now = Instant.now();
        Instant until = now.plus(Duration.between(now, stopAt).dividedBy(3));
        return Outage.outlast(attempt, until, () -> ofKnownRun(() -> accounts.admit(request, until)));
    }

    private StepCompleted perform(Claim claim, Admission.Claimed claimed) {
        Recorder.Entry entry = recorder.record(claim, calls.make(claim));
        Ending ending = entry.ending();
        return switch (entry.recording()) {
            // Whether the run or only this attempt is no longer in charge, the next admission says.
            case Recording.Superseded gone ->
                throw StepFailures.again("Another attempt has taken the step over", AFTER_ANOTHER);
            case Recording.Recorded recorded -> {
                if (ending.status() != StepStatus.COMPLETED) {
                    throw StepFailures.notDone(
                            StepFailures.verdict(claim.step(), ending.status(), ending.message(), recorded.totals()));
                }
                yield completed(
                        claim.request(), claim.step(), ending.output(), ending.preview(), recorded.totals(), claimed);
            }
        };
    }

    private StepCompleted repeat(StepRequest request, Step step, Admission.AlreadyRecorded recorded) {
        if (recorded.status() != StepStatus.COMPLETED) {
            throw StepFailures.notDone(
                    StepFailures.verdict(step, recorded.status(), "recorded earlier", recorded.totals()));
        }
        JsonNode output = recorded.output();
        // A person may have said what it gave: the model has not heard of that yet.
        tellModel(request, step, output == null ? "{}" : output.toString());
        return completed(
                request, step, output, "recorded earlier", recorded.totals(), new Admission.Claimed(0, 0, 0, 0));
    }

    private ApplicationFailure notAdmitted(StepRequest request, Step step, StepNotDone verdict) {
        return switch (verdict.kind()) {
            case REFUSED, FAILED, TIMED_OUT, CANCELLED -> {
                tellModel(request, step, "Error: " + verdict.message());
                yield StepFailures.notDone(modelsEndTheirRun(step, verdict));
            }
            case WAITING, PAUSED, HELD, UNKNOWN, RUN_ENDS, STALE -> StepFailures.notDone(verdict);
        };
    }

    /** What the store repeats of a failed model turn, in the words of a first time. */
    private static StepNotDone modelsEndTheirRun(Step step, StepNotDone verdict) {
        RunTotals totals = new RunTotals(verdict.stepCount(), verdict.creditsUsed(), 0, 0, verdict.activeMs());
        return switch (verdict.kind()) {
            case FAILED -> StepFailures.verdict(step, StepStatus.FAILED, verdict.message(), totals);
            case TIMED_OUT -> StepFailures.verdict(step, StepStatus.TIMED_OUT, verdict.message(), totals);
            default -> verdict;
        };
    }

    private void tellModel(StepRequest request, Step step, String text) {
        String callId = callId(step);
        if (callId != null) {
            journal.append(
                    request.execution().runId(), request.stepNumber(), List.of(Conversation.toolMessage(callId, text)));
        }
    }

    private static @Nullable String callId(Step step) {
        return switch (step) {
            case Step.ToolStep tool -> tool.callId();
            case Step.FaultyStep faulty -> faulty.callId();
            case Step.ModelStep model -> null;
        };
    }

    private StepCompleted completed(
            StepRequest request,
            Step step,
            @Nullable JsonNode output,
            @Nullable String preview,
            RunTotals totals,
            Admission.Claimed claimed) {
        List<CallOutline> asked =
                step instanceof Step.ModelStep && output != null ? outlines(request, output) : List.of();
        return new StepCompleted(
                totals.stepCount(),
                totals.creditsUsed(),
                totals.inputTokens(),
                totals.outputTokens(),
                totals.activeMs(),
                preview,
                asked,
                step instanceof Step.ModelStep && asked.isEmpty(),
                claimed.loopRepetitions(),
                claimed.loopCycle());
    }

    private List<CallOutline> outlines(StepRequest request, JsonNode reply) {
        var limits = runs.snapshot(request.execution().runId()).limits();
        return Conversation.calls(reply).stream()
                .map(call -> outlines.of(limits, call.tool(), call.arguments(), false, null))
                .toList();
    }

    /** Comes after the last step. */
    @Override
    public void close() {
        performer.close();
    }
}
