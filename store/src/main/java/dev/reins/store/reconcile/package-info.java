/** What the reconciler remembers between its passes, and the lock that lets one work at a time. */
@NullMarked
package dev.reins.store.reconcile;

import org.jspecify.annotations.NullMarked;
