package dev.reins.api.operations;

import dev.reins.contracts.RunStatus;
import dev.reins.store.run.RunFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** The figures of all runs, as the database has them: every api tells the same ones. */
@Component
final class RunGauges implements MeterBinder {
    private final RunFigures figures;

    RunGauges(RunFigures figures) {
        this.figures = figures;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var live = new Sampled<>(figures::live);
        Arrays.stream(RunStatus.values())
                .filter(status -> !status.isTerminal())
                .forEach(status -> Gauge.builder(
                                "reins.runs.live",
                                () -> live.get()
                                        .map(counts -> counts.getOrDefault(status, 0L))
                                        .orElse(null))
                        .tag("status", status.wire())
                        .register(registry));
        age("reins.reservation.age", figures::oldestReservation, registry);
        age("reins.reconciler.age", figures::sinceReconciled, registry);
    }

    private static void age(String name, Supplier<java.time.Duration> question, MeterRegistry registry) {
        var sampled = new Sampled<>(question);
        TimeGauge.builder(
                        name,
                        () -> sampled.get().map(java.time.Duration::toMillis).orElse(null),
                        TimeUnit.MILLISECONDS)
                .register(registry);
    }
}
