/** What the contestants stand on: one tuned Temporal dev server and one PostgreSQL, with counters. */
@NullMarked
package dev.reins.benchmarks.ground;

import org.jspecify.annotations.NullMarked;
