/** What administrators set: projects, definitions, agents, tiers, system limits, tools. */
@NullMarked
package dev.reins.store.config;

import org.jspecify.annotations.NullMarked;
