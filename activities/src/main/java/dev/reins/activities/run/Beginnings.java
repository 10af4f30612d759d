package dev.reins.activities.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reins.activities.step.Outlines;
import dev.reins.activities.step.RunContents;
import dev.reins.contracts.Category;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunKind;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StartedVia;
import dev.reins.contracts.Wire;
import dev.reins.contracts.run.Continuation;
import dev.reins.contracts.run.Continuation.Position;
import dev.reins.contracts.run.RunBookkeeping.Begin;
import dev.reins.contracts.run.RunBookkeeping.Begun;
import dev.reins.contracts.step.Execution;
import dev.reins.store.Missing;
import dev.reins.store.StrictJson;
import dev.reins.store.journal.Journal.Snapshot;
import dev.reins.store.run.RunLifecycle;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.StartRun;
import dev.reins.store.run.StartRuns;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Begins runs: a row that waits for its workflow, or a run that someone started at Temporal itself. */
public final class Beginnings {
    private final RunViews views;
    private final StartRuns starts;
    private final StrictJson json;
    private final RunLifecycle lifecycle;
    private final RunContents runs;

    public Beginnings(RunViews views, StartRuns starts, StrictJson json, RunLifecycle lifecycle, RunContents runs) {
        this.views = views;
        this.starts = starts;
        this.json = json;
        this.lifecycle = lifecycle;
        this.runs = runs;
    }

    Begun begin(Begin begin) {
        Execution execution = begin.execution();
        RunId runId = execution.runId();
        try {
            if (!adopted(begin)) {
                return refused(refusal(views.find(runId).orElseThrow()));
            }
        } catch (RequestRejected rejected) {
            return refused(sentence(rejected));
        }
        return begun(runId, continued(begin));
    }

    /** A run mostly has its row already. */
    private boolean adopted(Begin begin) {
        Execution execution = begin.execution();
        try {
            return lifecycle.adopt(execution);
        } catch (Missing noRow) {
            start(execution.runId(), begin);
            return lifecycle.adopt(execution);
        }
    }

    private static String refusal(RunView row) {
        RunStatus status = Wire.of(RunStatus.class, row.status());
        return status.isTerminal()
                ? "Run " + row.id() + " has ended (" + row.status() + "): its id cannot be used again"
                : "Another execution is in charge of run " + row.id();
    }

    private void start(RunId runId, Begin begin) {
        String input = begin.rawInput();
        if (begin.undecodable() != null) {
            throw RequestRejected.invalid("", "The input cannot be read: " + begin.undecodable());
        }
        if (input == null) {
            throw RequestRejected.invalid("", "There is no run " + runId + ", and no input to start one");
        }
        JsonNode body = json.parse(input.getBytes(UTF_8));
        starts.start(new StartRun(runId, body, null, null, true, StartedVia.TEMPORAL));
    }

    private static String sentence(RequestRejected rejected) {
        String places = rejected.errors().stream()
                .filter(error -> !error.pointer().isEmpty())
                .limit(5)
                .map(error -> error.message().equals(rejected.getMessage())
                        ? "at " + error.pointer()
                        : "at " + error.pointer() + ": " + error.message())
                .collect(Collectors.joining("; "));
        String message = String.valueOf(rejected.getMessage());
        return places.isEmpty() ? message : message + " (" + places + ")";
    }

    /** Where an execution that continues a run as new goes on; empty for any other, whose input the row outranks. */
    private Optional<Position> continued(Begin begin) {
        String input = begin.rawInput();
        if (input == null || begin.execution().continuedFrom() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    json.read(input.getBytes(UTF_8), Continuation.class).continuation());
        } catch (RequestRejected other) {
            return Optional.empty();
        }
    }

    private Begun begun(RunId runId, Optional<Position> continued) {
        RunView row = views.find(runId).orElseThrow();
        Snapshot snapshot = runs.snapshot(runId);
        JsonNode definition = snapshot.definition();
        boolean planned = definition == null;
        return new Begun(
                null,
                planned ? RunKind.PLANNED : RunKind.AGENTIC,
                Wire.of(RunStatus.class, row.status()),
                row.projectId(),
                row.agentId(),
                row.userId(),
                definition == null ? "plan" : definition.path("name").asString("agent"),
                continued.map(Position::nextStep).orElse(snapshot.stepsInherited() + 1),
                continued.map(Position::nextPlanIndex).orElse(planned ? snapshot.planFrom() : 0),
                snapshot.planLength(),
                row.creditsUsed(),
                row.inputTokens(),
                row.outputTokens(),
                planned ? null : Outlines.timeoutMs(snapshot.limits(), Category.AI),
                timeoutMs(snapshot),
                row.activeMs(),
                row.maxSteps(),
                row.maxCredits());
    }

    private static @Nullable Long timeoutMs(Snapshot snapshot) {
        return Optional.ofNullable(snapshot.limits().timeoutSeconds())
                .map(seconds -> seconds * 1000)
                .orElse(null);
    }

    private static Begun refused(String refusal) {
        return new Begun(
                refusal,
                RunKind.PLANNED,
                RunStatus.FAILED,
                "",
                null,
                "",
                "",
                1,
                0,
                0,
                0,
                0,
                0,
                null,
                null,
                0,
                null,
                null);
    }
}
