/** Keys, idempotency and the audit trail. */
@NullMarked
package dev.reins.store.access;

import org.jspecify.annotations.NullMarked;
