/** How a run proceeds: a deterministic workflow that decides, waits and schedules, and leaves all effects to activities. */
@NullMarked
package dev.reins.workflows;

import org.jspecify.annotations.NullMarked;
