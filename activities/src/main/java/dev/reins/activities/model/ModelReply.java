package dev.reins.activities.model;

import java.util.List;

/**
 * A model's reply.
 *
 * @param calls empty: the model asks for nothing more
 */
public record ModelReply(String text, List<RequestedCall> calls, long inputTokens, long outputTokens) {
    public ModelReply {
        calls = List.copyOf(calls);
    }
}
