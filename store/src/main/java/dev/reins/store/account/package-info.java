/** Users' credits and the ledger. */
@NullMarked
package dev.reins.store.account;

import org.jspecify.annotations.NullMarked;
