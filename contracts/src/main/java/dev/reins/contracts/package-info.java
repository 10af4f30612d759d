/** What Reins promises: names, messages and limits that every other module and the wire rely on. */
@NullMarked
package dev.reins.contracts;

import org.jspecify.annotations.NullMarked;
