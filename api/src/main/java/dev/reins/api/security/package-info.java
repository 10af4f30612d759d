/** Who is calling, what they may do, and how often. */
@NullMarked
package dev.reins.api.security;

import org.jspecify.annotations.NullMarked;
