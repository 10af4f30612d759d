/** The four runs that show a newcomer what Reins does, and the checks that they really did. */
@NullMarked
package dev.reins.standalone.demo;

import org.jspecify.annotations.NullMarked;
