package dev.reins.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.activities.scripted.ScriptedModel;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Cancellation;
import dev.reins.activities.tool.ToolCall;
import dev.reins.activities.tool.ToolResult;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ModelsTest {
    private final PriceList prices = PriceList.bundled();
    private final Models models = new Models(List.of(new ScriptedModel(null)), prices);
    private final AiCompleteTool tool = new AiCompleteTool(models);

    private static ObjectNode prompt(String text) {
        return JsonNodeFactory.instance.objectNode().put("prompt", text);
    }

    private ToolResult complete(ObjectNode input) throws Exception {
        return tool.call(new ToolCall("run-1/1", input, Instant.MAX, new Cancellation()));
    }

    @Test
    void roundsUpToWholeCredits() {
        assertThat(prices.cost("scripted", "any", 0, 0)).contains(0L);
        assertThat(prices.cost("scripted", "any", 1, 0)).contains(1L);
        assertThat(prices.cost("scripted", "any", 1000, 0)).contains(1L);
        assertThat(prices.cost("scripted", "any", 1000, 1)).contains(2L);
        assertThat(prices.cost("scripted", "any", 2000, 1000)).contains(7L);
    }

    @Test
    void estimatesAHundredCreditsWhereNoPriceIsKnown() {
        var call = new ModelCall("m", "", List.of(), 0, List.of(), 10, null, "k", new Cancellation());

        assertThat(models.estimate("acme", call)).isEqualTo(100);
        assertThat(models.cost("acme", "m", new ModelReply("", List.of(), 1, 1)))
                .isNull();
    }

    @Test
    void completesAPromptAndReportsWhatItCost() throws Exception {
        ToolResult result = complete(prompt("x".repeat(8000)));

        assertThat(result.output().path("text").asString()).startsWith("You said: xxx");
        assertThat(result.inputTokens()).isEqualTo(2000);
        assertThat(result.outputTokens()).isEqualTo(2003);
        assertThat(result.reportedCredits()).isEqualTo(13);
    }

    @Test
    void estimatesAPromptByItsLength() {
        assertThat(tool.traits(prompt("x".repeat(8000))).estimate()).isEqualTo(8);
        assertThat(tool.traits(prompt("x").put("model", "acme/large")).estimate())
                .isEqualTo(100);
        assertThat(tool.traits(JsonNodeFactory.instance.objectNode()).idempotent())
                .isTrue();
    }

    @Test
    void failsForAModelThatNobodyHas() {
        assertThatThrownBy(() -> complete(prompt("x").put("model", "acme/large")))
                .isInstanceOf(CallFailed.class)
                .hasMessage("There is no model provider 'acme' here; there is scripted");
    }
}
