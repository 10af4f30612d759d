package dev.reins.benchmarks.contestant;

import org.jspecify.annotations.Nullable;

/**
 * Where runs are kept.
 *
 * @param temporal whether a run is a workflow on Temporal, under its own id
 * @param database the database on the common PostgreSQL; null if there is none
 */
public record Storage(boolean temporal, @Nullable String database) {}
