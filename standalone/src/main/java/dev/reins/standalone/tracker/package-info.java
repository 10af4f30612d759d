/** The bundled issue tracker: a real HTTP server for agents to work on. */
@NullMarked
package dev.reins.standalone.tracker;

import org.jspecify.annotations.NullMarked;
