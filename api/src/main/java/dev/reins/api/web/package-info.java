/** What a request may look like and the forms of an answer. */
@NullMarked
package dev.reins.api.web;

import org.jspecify.annotations.NullMarked;
