package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.activities.model.ChatMessage;
import dev.reins.store.journal.Journal.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class ConversationTest {
    private static final Message PROMPT = message(2, "user", "go", null);

    private static Message message(long id, String role, String text, Integer step) {
        return new Message(id, role, JsonNodeFactory.instance.objectNode().put("text", text), step);
    }

    @Test
    void showsAShortConversationWithoutTheInstructions() {
        List<Message> all = List.of(
                message(1, "system", "be good", null),
                PROMPT,
                message(3, "assistant", "a", 1),
                message(4, "system", "warned", 2));

        assertThat(Conversation.shown(all, Optional.empty()))
                .extracting(ChatMessage::text)
                .containsExactly("go", "a", "warned");
    }

    @Test
    void keepsThePromptOfALongConversationAndDropsAnswersWithoutTheirCalls() {
        List<Message> latest = List.of(
                message(8, "tool", "t8", 4),
                message(9, "tool", "t9", 5),
                message(10, "assistant", "a", 6),
                message(11, "tool", "t11", 7));

        assertThat(Conversation.shown(latest, Optional.of(PROMPT)))
                .extracting(ChatMessage::text)
                .containsExactly("go", "a", "t11");
    }

    @Test
    void cutsWhatAToolAnsweredTheModel() {
        String shown = Conversation.toolMessage("id", "x".repeat(30_000))
                .content()
                .path("text")
                .asString();

        assertThat(shown).hasSizeLessThan(20_100).endsWith("(10000 more characters)");
    }
}
