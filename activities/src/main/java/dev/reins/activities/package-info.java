/** Where the world is touched: tools, models, and the activities that call them. */
@NullMarked
package dev.reins.activities;

import org.jspecify.annotations.NullMarked;
