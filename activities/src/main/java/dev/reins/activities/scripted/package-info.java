/** A model that plays scripts: for trials, demonstrations and tests, through the same path as a paid one. */
@NullMarked
package dev.reins.activities.scripted;

import org.jspecify.annotations.NullMarked;
