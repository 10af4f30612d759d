/** What happened to runs, in an order that never changes once it was read. */
@NullMarked
package dev.reins.store.event;

import org.jspecify.annotations.NullMarked;
