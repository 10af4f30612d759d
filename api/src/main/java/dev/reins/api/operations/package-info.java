/** What the api shows to its operator: health, the figures of all runs, and log lines that tell which request they are about. */
@NullMarked
package dev.reins.api.operations;

import org.jspecify.annotations.NullMarked;
