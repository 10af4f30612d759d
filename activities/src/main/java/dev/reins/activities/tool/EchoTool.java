package dev.reins.activities.tool;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import tools.jackson.databind.node.JsonNodeFactory;

/** Gives back what it is given. */
public final class EchoTool implements Tool {
    private static final ToolSpec SPEC = new ToolSpec(
            "echo", "Gives back the value it is given.", """
            {"type": "object", "required": ["value"], "additionalProperties": false,
             "properties": {"value": {"description": "any JSON value"}}}""", Category.DEFAULT, Effect.READ, true, false, 0);

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public ToolResult call(ToolCall call) {
        return ToolResult.of(
                JsonNodeFactory.instance
                        .objectNode()
                        .set("value", call.input().path("value").deepCopy()),
                "echoed");
    }
}
