package dev.reins.contracts.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnError;
import org.jspecify.annotations.Nullable;

/**
 * What the workflow needs to know of a tool call in order to schedule it; its input stays in the store.
 *
 * @param tool the tool's name, also where no such tool exists (the activity then refuses it)
 * @param timeoutMs the category's timeout for this run: the activity's start-to-close
 * @param idempotent whether repeating the call with the same key is harmless, as far as is known before it is made
 * @param express whether the run asks for the express lane and this call may go there: it is harmless to repeat and its
 *     timeout is at most {@link Lane#LONGEST_CALL}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CallOutline(
        String tool,
        Category category,
        long timeoutMs,
        boolean idempotent,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean parallel,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean express,
        @Nullable OnError onError) {}
