package dev.reins.activities.scripted;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelCall;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a script's templates know of the conversation: {@code prompt}, the first message of a user; {@code results}, what
 * the tools answered, oldest first, and {@code last}, the latest of them (JSON where it is, else text); and whatever the
 * instructions or the prompt define by a line {@code Name: value}, its name in lower case ({@code {{tracker}}}).
 */
final class Scene {
    private static final Pattern DEFINITION =
            Pattern.compile("(?m)^\\h*([A-Za-z][A-Za-z0-9_-]{0,63}):\\h*(\\S.*?)\\h*$");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Scene() {}

    static Map<String, JsonNode> of(ModelCall call) {
        String prompt = call.messages().stream()
                .filter(message -> message.role().equals("user"))
                .map(ChatMessage::text)
                .findFirst()
                .orElse("");
        Map<String, JsonNode> names = new HashMap<>();
        define(names, prompt);
        define(names, call.system());
        ArrayNode results = results(call);
        names.put("prompt", NODES.stringNode(prompt));
        names.put("results", results);
        if (!results.isEmpty()) {
            names.put("last", results.get(results.size() - 1));
        }
        return names;
    }

    private static void define(Map<String, JsonNode> names, String text) {
        Matcher line = DEFINITION.matcher(text);
        while (line.find()) {
            names.put(line.group(1).toLowerCase(Locale.ROOT), NODES.stringNode(line.group(2)));
        }
    }

    private static ArrayNode results(ModelCall call) {
        ArrayNode results = NODES.arrayNode();
        call.messages().stream()
                .filter(message -> message.role().equals("tool"))
                .forEach(message -> results.add(parse(message.text())));
        return results;
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return NODES.stringNode(text);
        }
    }
}
