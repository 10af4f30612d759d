/** PostgreSQL from its bundled binaries, with data that is kept between starts. */
@NullMarked
package dev.reins.standalone.postgres;

import org.jspecify.annotations.NullMarked;
