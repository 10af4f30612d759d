/** Events as they happen: Server-Sent Events, read from the store once for all who listen. */
@NullMarked
package dev.reins.api.stream;

import org.jspecify.annotations.NullMarked;
