/** Limits on runs and how their layers overlay each other. */
@NullMarked
package dev.reins.contracts.limits;

import org.jspecify.annotations.NullMarked;
