package dev.reins.activities.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.activities.model.ChatMessage;
import dev.reins.store.journal.Journal.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

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
    void showsAnswersInTheOrderOfTheirCallsWhateverEndedFirst() {
        List<Message> all = List.of(
                PROMPT,
                asking(3, 1, "a", "b", "c"),
                message(4, "system", "warned", 3),
                message(5, "tool", "third", 4),
                message(6, "tool", "first", 2),
                message(7, "user", "hurry", null),
                message(8, "tool", "second", 3),
                message(9, "assistant", "done", 5));

        assertThat(Conversation.shown(all, Optional.empty()))
                .extracting(ChatMessage::text)
                .containsExactly("go", "turn 1", "first", "warned", "second", "third", "hurry", "done");
    }

    @Test
    void showsAnswersToCallsThatWereNeverMadeInTheirPlace() {
        List<Message> all = List.of(
                PROMPT,
                asking(3, 7, "a", "b", "c"),
                message(4, "tool", "third", 10),
                answer(5, "not made: first", "a"),
                answer(6, "not made: second", "b"),
                message(7, "user", "go on", null),
                asking(8, 8, "d", "e"),
                message(9, "tool", "fifth", 10),
                message(10, "tool", "fourth", 9));

        assertThat(Conversation.shown(all, Optional.empty()))
                .extracting(ChatMessage::text)
                .containsExactly(
                        "go",
                        "turn 7",
                        "not made: first",
                        "not made: second",
                        "third",
                        "go on",
                        "turn 8",
                        "fourth",
                        "fifth");
    }

    private static Message asking(long id, int step, String... calls) {
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("text", "turn " + step);
        ArrayNode asked = content.putArray("toolCalls");
        for (String call : calls) {
            asked.addObject().put("id", call).put("tool", "echo").putObject("arguments");
        }
        return new Message(id, "assistant", content, step);
    }

    private static Message answer(long id, String text, String callId) {
        ObjectNode content =
                JsonNodeFactory.instance.objectNode().put("text", text).put("toolCallId", callId);
        return new Message(id, "tool", content, null);
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
