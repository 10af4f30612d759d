package dev.reins.store.admission;

import dev.reins.contracts.CostLevel;
import dev.reins.contracts.Guard;
import dev.reins.contracts.GuardVerdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the guards said of a step.
 *
 * @param guard the one that spoke; null: all admitted it
 * @param waits how long the step is to wait; zero if it is not
 * @param risenTo the cost level that its run has risen to with it; null: none
 */
public record Evaluation(
        @Nullable Guard guard,
        GuardVerdict verdict,
        Duration waits,
        @Nullable CostLevel risenTo) {}
