/** What workflow and activities say to each other about one step. */
@NullMarked
package dev.reins.contracts.step;

import org.jspecify.annotations.NullMarked;
