/** The demo project, its user, keys and agents, made once over REST. */
@NullMarked
package dev.reins.standalone.seed;

import org.jspecify.annotations.NullMarked;
