/** The endpoints of runs: start, read, control. */
@NullMarked
package dev.reins.api.run;

import org.jspecify.annotations.NullMarked;
