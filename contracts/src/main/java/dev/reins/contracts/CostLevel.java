package dev.reins.contracts;

/** How near a run's projected use is to its credit limit. */
public enum CostLevel implements Wire {
    NONE,
    WARNING,
    CRITICAL
}
