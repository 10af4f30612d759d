/** PostgreSQL as Reins uses it: what is remembered, and the transactions that change it. */
@NullMarked
package dev.reins.store;

import org.jspecify.annotations.NullMarked;
