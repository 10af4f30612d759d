/** Temporal, as the api uses it: starts, signals, queries and what has closed. */
@NullMarked
package dev.reins.api.engine;

import org.jspecify.annotations.NullMarked;
