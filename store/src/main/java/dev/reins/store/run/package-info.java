/** Runs: starting, progressing, ending, and reading them. */
@NullMarked
package dev.reins.store.run;

import org.jspecify.annotations.NullMarked;
