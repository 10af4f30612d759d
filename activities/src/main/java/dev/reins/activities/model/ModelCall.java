package dev.reins.activities.model;

import dev.reins.activities.tool.Cancellation;
import dev.reins.contracts.ToolSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation to complete.
 *
 * @param model which of the provider's models
 * @param system what the model is told before the conversation; empty: nothing
 * @param messages oldest first; of a long conversation the first one and the latest
 * @param turn how many replies the whole conversation already has
 * @param tools what it may ask for
 * @param maxTokens of the reply
 * @param key the step's: the same for every attempt
 */
public record ModelCall(
        String model,
        String system,
        List<ChatMessage> messages,
        int turn,
        List<ToolSpec> tools,
        int maxTokens,
        @Nullable Double temperature,
        String key,
        Cancellation cancellation) {
    public ModelCall {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    public ModelCall with(Cancellation other) {
        return new ModelCall(model, system, messages, turn, tools, maxTokens, temperature, key, other);
    }
}
