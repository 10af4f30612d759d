/** What a step costs: programs that measure Reins side by side with bare Temporal and with peers. */
@NullMarked
package dev.reins.benchmarks;

import org.jspecify.annotations.NullMarked;
