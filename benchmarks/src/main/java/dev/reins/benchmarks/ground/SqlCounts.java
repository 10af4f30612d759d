package dev.reins.benchmarks.ground;

/**
 * What PostgreSQL was asked to do.
 *
 * @param statements sent by clients: round trips, unless batched
 * @param boundaries begin, commit and rollback sent by clients
 * @param nested executed inside functions
 * @param commits that wrote something
 * @param walBytes of write-ahead log
 */
public record SqlCounts(long statements, long boundaries, long nested, long commits, long walBytes) {}
