/** What a measurement says: medians with quartiles, goals, and how they are written down. */
@NullMarked
package dev.reins.benchmarks.figure;

import org.jspecify.annotations.NullMarked;
