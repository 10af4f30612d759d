package dev.reins.activities.scripted;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelCall;
import dev.reins.activities.model.ModelProvider;
import dev.reins.activities.model.ModelReply;
import dev.reins.activities.model.RequestedCall;
import dev.reins.activities.model.Tokens;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.ErrorClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Plays the script that the model's name names. Which turn is played follows from the conversation alone, so a script
 * goes on where it was after any crash.
 */
public final class ScriptedModel implements ModelProvider {
    private final Scripts scripts;

    /** @param folder where own scripts lie; null: the bundled ones only */
    public ScriptedModel(@Nullable Path folder) {
        this.scripts = new Scripts(folder);
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Optional<List<String>> models() {
        return scripts.names();
    }

    @Override
    public ModelReply complete(ModelCall call) throws CallFailed, InterruptedException {
        Script.Turn turn = scripts.find(call.model()).turn(call.turn());
        Thread.sleep(turn.latencyMs());
        Script.Failure fail = turn.fail();
        if (fail != null) {
            throw new CallFailed(fail.retryable() ? ErrorClass.SERVER : ErrorClass.PERMANENT, fail.message());
        }
        try {
            return reply(call, turn);
        } catch (Template.NoSuchPath e) {
            throw CallFailed.forGood("Turn " + (call.turn() + 1) + " of script '" + call.model()
                    + "' cannot be played: " + e.getMessage());
        }
    }

    private static ModelReply reply(ModelCall call, Script.Turn turn) {
        Map<String, JsonNode> scene = Scene.of(call);
        List<RequestedCall> calls = new ArrayList<>();
        for (Script.Call wanted : turn.allCalls()) {
            for (Template template : templates(scene, wanted)) {
                String id = "call-" + (call.turn() + 1) + "-" + (calls.size() + 1);
                calls.add(new RequestedCall(id, wanted.tool(), template.fill(wanted.arguments())));
            }
        }
        boolean nothingToDo = calls.isEmpty() && !turn.allCalls().isEmpty() && turn.otherwise() != null;
        String text = nothingToDo ? turn.otherwise() : turn.text();
        String filled = text == null ? "" : new Template(scene).fillText(text);
        long written = Tokens.of(new ChatMessage("assistant", filled, calls, null));
        return new ModelReply(filled, calls, Tokens.of(call), written);
    }

    /** One for each time the call is made. */
    private static List<Template> templates(Map<String, JsonNode> scene, Script.Call call) {
        if (call.each() == null) {
            return List.of(new Template(scene));
        }
        List<Template> templates = new ArrayList<>();
        for (JsonNode item : new Template(scene).value(call.each())) {
            if (matches(item, call.where())) {
                Map<String, JsonNode> names = new HashMap<>(scene);
                names.put("item", item);
                templates.add(new Template(names));
            }
        }
        return templates;
    }

    private static boolean matches(JsonNode item, @Nullable Map<String, JsonNode> where) {
        return where == null
                || where.entrySet().stream().allMatch(wanted -> has(item.path(wanted.getKey()), wanted.getValue()));
    }

    private static boolean has(JsonNode value, JsonNode wanted) {
        return value.isArray() ? value.valueStream().anyMatch(wanted::equals) : value.equals(wanted);
    }
}
