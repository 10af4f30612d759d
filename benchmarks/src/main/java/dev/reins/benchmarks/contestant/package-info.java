/** Those who are measured, each doing the same work in its own way. */
@NullMarked
package dev.reins.benchmarks.contestant;

import org.jspecify.annotations.NullMarked;
