/** How everything that goes wrong is said on the wire: one translation, one form. */
@NullMarked
package dev.reins.api.problem;

import org.jspecify.annotations.NullMarked;
