package dev.reins.activities.model;

import dev.reins.contracts.ToolSpec;

/** Estimates tokens where no tokenizer is at hand: four characters make one. */
public final class Tokens {
    private static final int CHARACTERS = 4;

    private Tokens() {}

    /** Of everything that a call sends to the model. */
    public static long of(ModelCall call) {
        long characters = call.system().length();
        for (ChatMessage message : call.messages()) {
            characters += characters(message);
        }
        for (ToolSpec tool : call.tools()) {
            characters += tool.name().length()
                    + tool.description().length()
                    + tool.inputSchema().length();
        }
        return ofCharacters(characters);
    }

    /** Of a message, its tool calls included. */
    public static long of(ChatMessage message) {
        return ofCharacters(characters(message));
    }

    private static long characters(ChatMessage message) {
        long characters = message.text().length();
        for (RequestedCall call : message.calls()) {
            characters += call.tool().length() + call.arguments().toString().length();
        }
        return characters;
    }

    private static long ofCharacters(long characters) {
        return Math.max(1, (characters + CHARACTERS - 1) / CHARACTERS);
    }
}
