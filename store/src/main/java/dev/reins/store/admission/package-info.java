/** The guards' verdict on a step, its claim, its record and its settlement: the transactions that move money. */
@NullMarked
package dev.reins.store.admission;

import org.jspecify.annotations.NullMarked;
