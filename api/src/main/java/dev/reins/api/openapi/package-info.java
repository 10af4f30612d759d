/** The api's description of itself. */
@NullMarked
package dev.reins.api.openapi;

import org.jspecify.annotations.NullMarked;
