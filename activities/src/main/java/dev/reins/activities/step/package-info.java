/** One step of a run: admitted, performed and recorded. */
@NullMarked
package dev.reins.activities.step;

import org.jspecify.annotations.NullMarked;
