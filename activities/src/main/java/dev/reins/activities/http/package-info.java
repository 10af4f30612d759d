/** The tool http.request, and the filter that keeps it away from addresses that are not public. */
@NullMarked
package dev.reins.activities.http;

import org.jspecify.annotations.NullMarked;
