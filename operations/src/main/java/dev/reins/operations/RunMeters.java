package dev.reins.operations;

import dev.reins.contracts.Category;
import dev.reins.contracts.CostLevel;
import dev.reins.contracts.Guard;
import dev.reins.contracts.GuardVerdict;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Wire;
import dev.reins.store.RunWatcher;
import dev.reins.store.admission.AdmissionRequest;
import dev.reins.store.admission.Evaluation;
import dev.reins.store.admission.StepOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Counts what happens to runs and steps in this process, and tells what is an incident. No id is ever a label. */
final class RunMeters implements RunWatcher {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.run");
    private static final Duration[] BUCKETS = LongStream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;

    RunMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void evaluated(AdmissionRequest request, Evaluation evaluation) {
        String guard = word(evaluation.guard());
        countVerdict(guard, evaluation.verdict());
        if (!evaluation.waits().isZero()) {
            timer("reins.guard.wait", "guard", guard).record(evaluation.waits());
        }
        CostLevel level = evaluation.risenTo();
        if (level != null) {
            registry.counter("reins.cost.crossings", "level", level.wire()).increment();
            incident(
                    request.execution().runId(),
                    request.stepNumber(),
                    "A run comes near its credit limit: {}",
                    "costLevel",
                    level);
        }
    }

    private void countVerdict(String guard, GuardVerdict verdict) {
        registry.counter("reins.guard.verdicts", "guard", guard, "verdict", verdict.wire())
                .increment();
    }

    @Override
    public void recorded(StepOutcome outcome, Category category, Duration took) {
        timer(
                        "reins.step.duration",
                        "category",
                        category.wire(),
                        "status",
                        outcome.status().wire())
                .record(took);
        if (outcome.status() == StepStatus.TIMED_OUT) {
            countVerdict(Guard.TIMEOUT.wire(), GuardVerdict.FAILED);
            incident(
                    outcome.execution().runId(),
                    outcome.stepNumber(),
                    "A step timed out: category {}",
                    "category",
                    category);
        }
    }

    @Override
    public void finished(RunId runId, RunStatus status, StopReason stopReason) {
        registry.counter("reins.runs.finished", "status", status.wire(), "stop_reason", stopReason.wire())
                .increment();
        switch (stopReason) {
            case INTERNAL -> about(runId, null, () -> LOG.error("A run failed for a reason of our own"));
            case TIMEOUT, TOOL_FAILED, MODEL_FAILED, DOOM_LOOP, GUARD_DENIED ->
                incident(runId, null, "A run failed: {}", "stopReason", stopReason);
            case DONE, CANCELLED, TERMINATED -> {}
        }
    }

    private Timer timer(String name, String... tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(BUCKETS).register(registry);
    }

    /** @param key what the word says, as reports and structured lines name it */
    private static void incident(RunId runId, @Nullable Integer step, String sentence, String key, Wire word) {
        about(
                runId,
                step,
                () -> LOG.atWarn()
                        .addMarker(Incidents.INCIDENT)
                        .addKeyValue(key, word.wire())
                        .log(sentence, word.wire()));
    }

    /** A thread that writes may write for another's run or step: what its log context says, the SDK's part too, is put aside. */
    private static void about(RunId runId, @Nullable Integer step, Runnable saying) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(
                step == null
                        ? Map.of("runId", runId.value())
                        : Map.of("runId", runId.value(), "stepNumber", step.toString()));
        try {
            saying.run();
        } finally {
            MDC.setContextMap(before == null ? Map.of() : before);
        }
    }

    private static String word(@Nullable Wire word) {
        return word == null ? "none" : word.wire();
    }
}
