/** A worker process: it hosts workflows and activities on their task queues. */
@NullMarked
package dev.reins.worker;

import org.jspecify.annotations.NullMarked;
