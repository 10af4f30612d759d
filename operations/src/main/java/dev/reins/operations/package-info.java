/** How an operator sees a process: its health, metrics, logs, incidents and version. */
@NullMarked
package dev.reins.operations;

import org.jspecify.annotations.NullMarked;
