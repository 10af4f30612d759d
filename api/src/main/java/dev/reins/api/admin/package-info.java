/** The endpoints of those who configure: definitions, agents, users, credits, keys, limits. */
@NullMarked
package dev.reins.api.admin;

import org.jspecify.annotations.NullMarked;
