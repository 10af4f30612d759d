/** Everything as one process tree: embedded PostgreSQL, a Temporal dev server, the api and its workers. */
@NullMarked
package dev.reins.standalone;

import org.jspecify.annotations.NullMarked;
