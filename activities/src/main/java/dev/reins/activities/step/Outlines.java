package dev.reins.activities.step;

import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.Tools;
import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.OnError;
import dev.reins.contracts.limits.RunLimits;
import dev.reins.contracts.step.CallOutline;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells the workflow of a tool call what it needs in order to schedule it. */
public final class Outlines {
    private final Tools tools;

    public Outlines(Tools tools) {
        this.tools = tools;
    }

    public CallOutline of(RunLimits limits, String name, JsonNode input, boolean parallel, @Nullable OnError onError) {
        Optional<Tool> tool = tools.find(name);
        Category category = tool.map(found -> found.spec().category()).orElse(Category.DEFAULT);
        boolean harmless = tool.map(found -> isHarmless(found, input)).orElse(true);
        return new CallOutline(
                name,
                category,
                timeoutMs(limits, category),
                harmless,
                parallel,
                tool.isPresent() && harmless && isExpress(limits, category),
                onError);
    }

    private static boolean isHarmless(Tool tool, JsonNode input) {
        return Traits.of(tool, input).map(CallTraits::isHarmlessToRepeat).orElse(false);
    }

    /** A call to a model is neither quick nor cheap to make twice. */
    static boolean isExpress(RunLimits limits, Category category) {
        return limits.lane() == Lane.EXPRESS
                && category != Category.AI
                && timeoutMs(limits, category) <= Lane.LONGEST_CALL.toMillis();
    }

    public static long timeoutMs(RunLimits limits, Category category) {
        return Objects.requireNonNull(limits.toolTimeoutMs().get(category), category::wire);
    }
}
