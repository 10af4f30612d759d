/** What steps contain: plans, tool calls, messages and recorded results. */
@NullMarked
package dev.reins.store.journal;

import org.jspecify.annotations.NullMarked;
