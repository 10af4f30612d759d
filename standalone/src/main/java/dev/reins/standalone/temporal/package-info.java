/** Where the Temporal binary comes from, and the dev server that it runs. */
@NullMarked
package dev.reins.standalone.temporal;

import org.jspecify.annotations.NullMarked;
