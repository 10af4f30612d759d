package dev.reins.activities.step;

import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.ToolCall;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A tool that does what a test says. */
final class Scripted implements Tool {
    interface Behaviour {
        ToolResult call(ToolCall call) throws Exception;
    }

    private final ToolSpec spec;
    final List<String> keys = new CopyOnWriteArrayList<>();
    volatile Behaviour behaviour = call -> ToolResult.of(call.input(), "did");
    volatile Function<JsonNode, CallTraits> says;

    Scripted(String name, boolean idempotent) {
        this.spec = new ToolSpec(
                name, "A test's", "{\"type\": \"object\"}", Category.DEFAULT, Effect.WRITE, idempotent, false, 25);
        this.says = input -> traits(idempotent);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public CallTraits traits(JsonNode input) {
        return says.apply(input);
    }

    CallTraits traits(boolean idempotent) {
        return new CallTraits(idempotent, Effect.WRITE, spec.price());
    }

    @Override
    public ToolResult call(ToolCall call) throws InterruptedException {
        keys.add(call.stepKey());
        try {
            return behaviour.call(call);
        } catch (Exception e) {
            return Scripted.<RuntimeException, ToolResult>sneaky(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable, T> T sneaky(Throwable e) throws E {
        throw (E) e;
    }
}
