package dev.reins.activities.tool;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import tools.jackson.databind.node.JsonNodeFactory;

/** Waits. */
public final class DelayTool implements Tool {
    private static final ToolSpec SPEC =
            new ToolSpec("delay", "Waits for the given time.", """
            {"type": "object", "required": ["ms"], "additionalProperties": false,
             "properties": {"ms": {"type": "integer", "minimum": 0, "maximum": 86400000, "description": "milliseconds"}}}""", Category.DEFAULT, Effect.READ, true, false, 0);

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public ToolResult call(ToolCall call) throws InterruptedException {
        long ms = call.input().path("ms").asLong();
        Thread.sleep(ms);
        return ToolResult.of(JsonNodeFactory.instance.objectNode().put("ms", ms), "waited " + ms + " ms");
    }
}
