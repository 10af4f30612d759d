/** What the api stands on, PostgreSQL and Temporal: made ready at start, missed when away, noticed when back. */
@NullMarked
package dev.reins.api.dependency;

import org.jspecify.annotations.NullMarked;
