/** The benchmarks: which contestants do what, and which figures come of it. */
@NullMarked
package dev.reins.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
