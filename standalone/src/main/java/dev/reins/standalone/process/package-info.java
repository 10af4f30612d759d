/** Processes that never outlive the supervisor, and that are started again when they die. */
@NullMarked
package dev.reins.standalone.process;

import org.jspecify.annotations.NullMarked;
