/** Placeholder sentence. */
@NullMarked
package dev.reins.worker;

import org.jspecify.annotations.NullMarked;
