package dev.reins.activities.step;

import dev.reins.activities.model.ModelReply;
import dev.reins.activities.model.RequestedCall;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Bounds what a model may answer, so that no model can make a run's journal or history grow without limit. */
final class Replies {
    private static final int MAX_TEXT = 200_000;
    private static final int MAX_CALLS = 32;
    private static final int MAX_ARGUMENTS = 256 * 1024;
    /** As deep as a request may be. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_ID = 128;
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-z0-9_.]");
    private static final int MAX_NAME = 64;

    private Replies() {}

    /** @throws CallFailed if the reply asks for too much */
    static ModelReply bounded(ModelReply reply) throws CallFailed {
        if (reply.calls().size() > MAX_CALLS) {
            throw CallFailed.forGood("The model asked for " + reply.calls().size() + " tool calls at once; at most "
                    + MAX_CALLS + " are allowed");
        }
        List<RequestedCall> calls = new ArrayList<>();
        for (RequestedCall call : reply.calls()) {
            calls.add(bounded(call));
        }
        String text = Words.atMost(MAX_TEXT, reply.text());
        return new ModelReply(text, calls, reply.inputTokens(), reply.outputTokens());
    }

    private static RequestedCall bounded(RequestedCall call) throws CallFailed {
        if (Outputs.isDeeper(call.arguments(), MAX_DEPTH)) {
            throw CallFailed.forGood("The model gave a tool call arguments of more than " + MAX_DEPTH + " levels");
        }
        if (call.arguments().toString().length() > MAX_ARGUMENTS) {
            throw CallFailed.forGood(
                    "The model gave a tool call arguments of more than " + MAX_ARGUMENTS + " characters");
        }
        return new RequestedCall(Words.atMost(MAX_ID, call.id()), toolName(call.tool()), call.arguments());
    }

    /** The name in the form that tools' names have: whatever a model asks for becomes an activity's type. */
    private static String toolName(String asked) {
        String name = NOT_IN_NAMES.matcher(Words.atMost(MAX_NAME, asked)).replaceAll("_");
        return name.isEmpty() ? "_" : name;
    }
}
