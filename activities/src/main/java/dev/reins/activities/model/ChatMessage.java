package dev.reins.activities.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param role user, assistant, tool or system
 * @param calls what an assistant's message asks for
 * @param callId which call a tool's message answers
 */
public record ChatMessage(
        String role,
        String text,
        List<RequestedCall> calls,
        @Nullable String callId) {
    public ChatMessage {
        calls = List.copyOf(calls);
    }

    public static ChatMessage user(String text) {
        return new ChatMessage("user", text, List.of(), null);
    }
}
