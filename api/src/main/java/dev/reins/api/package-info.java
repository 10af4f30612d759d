/** The front door: REST, security, and the reconciler that keeps Temporal and our tables in step. */
@NullMarked
package dev.reins.api;

import org.jspecify.annotations.NullMarked;
