package dev.reins.activities.model;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.Cancellation;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.ToolCall;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Asks a model once, without tools. */
public final class AiCompleteTool implements Tool {
    private static final String DEFAULT_MODEL = "scripted/reply";
    private static final int MAX_TOKENS = 1024;
    private static final ToolSpec SPEC = new ToolSpec(
            "ai.complete",
            "Asks a model to complete a prompt and gives its text.",
            """
            {"type": "object", "required": ["prompt"], "additionalProperties": false,
             "properties": {
               "prompt": {"type": "string", "minLength": 1, "maxLength": 200000},
               "system": {"type": "string", "maxLength": 200000},
               "model": {"type": "string", "pattern": "^[^/]{1,64}/.{1,128}$",
                 "description": "provider/model, scripted/reply if absent"}}}""",
            Category.AI,
            Effect.READ,
            true,
            false,
            PriceList.UNKNOWN);

    private final Models models;

    private record Model(String provider, String name) {
        static Model of(JsonNode input) {
            String[] parts = input.path("model").asString(DEFAULT_MODEL).split("/", 2);
            return parts.length == 2 ? new Model(parts[0], parts[1]) : new Model("", parts[0]);
        }
    }

    public AiCompleteTool(Models models) {
        this.models = models;
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public CallTraits traits(JsonNode input) {
        ModelCall call = call(input, "", new Cancellation());
        return new CallTraits(true, Effect.READ, models.estimate(Model.of(input).provider(), call));
    }

    @Override
    public ToolResult call(ToolCall call) throws CallFailed, IOException, InterruptedException {
        Model model = Model.of(call.input());
        ModelReply reply = models.complete(model.provider(), call(call.input(), call.stepKey(), call.cancellation()));
        return new ToolResult(
                JsonNodeFactory.instance.objectNode().put("text", reply.text()),
                reply.outputTokens() + " tokens",
                models.cost(model.provider(), model.name(), reply),
                reply.inputTokens(),
                reply.outputTokens());
    }

    private static ModelCall call(JsonNode input, String key, Cancellation cancellation) {
        return new ModelCall(
                Model.of(input).name(),
                input.path("system").asString(""),
                List.of(ChatMessage.user(input.path("prompt").asString(""))),
                0,
                List.of(),
                MAX_TOKENS,
                null,
                key,
                cancellation);
    }
}
