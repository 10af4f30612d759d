package dev.reins.benchmarks.ground;

/**
 * What Temporal's server did.
 *
 * @param rpcs asked of its frontend by clients and workers
 * @param writes its services asked of its database
 */
public record TemporalCounts(double rpcs, double writes) {}
