/** What a tool is: the interface that custom tools implement, and how their calls end. */
@NullMarked
package dev.reins.activities.tool;

import org.jspecify.annotations.NullMarked;
