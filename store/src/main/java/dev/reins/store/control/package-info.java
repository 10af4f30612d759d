/** What people ask of a run, at every door, and what became of it. */
@NullMarked
package dev.reins.store.control;

import org.jspecify.annotations.NullMarked;
