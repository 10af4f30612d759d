/** What runs write down outside their steps. */
@NullMarked
package dev.reins.activities.run;

import org.jspecify.annotations.NullMarked;
