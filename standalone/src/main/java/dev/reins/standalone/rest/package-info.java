/** The REST calls of seeding and demo: JSON in, JSON out. */
@NullMarked
package dev.reins.standalone.rest;

import org.jspecify.annotations.NullMarked;
