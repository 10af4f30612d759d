/** What a model is to Reins: a provider that completes conversations, and what its tokens cost. */
@NullMarked
package dev.reins.activities.model;

import org.jspecify.annotations.NullMarked;
