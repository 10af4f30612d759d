/** Placeholder sentence. */
@NullMarked
package dev.reins.activities;

import org.jspecify.annotations.NullMarked;
