/** Keeps runs and Temporal's executions in step, whatever was lost between them. */
@NullMarked
package dev.reins.api.reconcile;

import org.jspecify.annotations.NullMarked;
