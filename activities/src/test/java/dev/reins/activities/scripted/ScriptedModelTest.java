package dev.reins.activities.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.activities.model.ChatMessage;
import dev.reins.activities.model.ModelCall;
import dev.reins.activities.model.ModelReply;
import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptedModelTest {
    @TempDir
    Path folder;

    private ModelReply play(String script, int turn, String system, String... results) throws Exception {
        Files.writeString(folder.resolve("s.yaml"), script);
        List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.user("Go.\nColour: red")));
        Arrays.stream(results)
                .map(result -> new ChatMessage("tool", result, List.of(), "id"))
                .forEach(messages::add);
        return new ScriptedModel(folder).complete(call(system, messages, turn));
    }

    private static ModelCall call(String system, List<ChatMessage> messages, int turn) {
        return new ModelCall("s", system, messages, turn, List.of(), 100, null, "run-1/1", new Cancellation());
    }

    @Test
    void playsAScriptThatHasChangedAsItIsNow() throws Exception {
        ScriptedModel model = new ScriptedModel(folder);
        Path script = folder.resolve("s.yaml");
        ModelCall call = call("", List.of(ChatMessage.user("Go.")), 0);

        Files.writeString(script, "turns: [{text: one}]");
        assertThat(model.complete(call).text()).isEqualTo("one");
        assertThat(model.complete(call).text()).isEqualTo("one");

        Files.writeString(script, "turns: [{text: three}]");
        assertThat(model.complete(call).text()).isEqualTo("three");

        Files.writeString(script, "turns: [{text: seven}]");
        Files.setLastModifiedTime(script, FileTime.from(Instant.EPOCH));
        assertThat(model.complete(call).text()).isEqualTo("seven");

        Files.delete(script);
        assertThatThrownBy(() -> model.complete(call)).isInstanceOf(CallFailed.class);
    }

    @Test
    void namesTheScriptsThatComeWithItAndNoneWhereAFolderMayGainSome() throws Exception {
        Path bundled =
                Path.of(ScriptedModel.class.getResource("/scripts/reply.yaml").toURI());
        try (Stream<Path> files = Files.list(bundled.getParent())) {
            assertThat(new ScriptedModel(null).models().orElseThrow())
                    .containsExactlyElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .map(name -> name.replaceFirst("[.]yaml$", ""))
                                    .sorted()
                                    .toList());
        }
        assertThat(new ScriptedModel(folder).models()).isEmpty();
    }

    @Test
    void playsTheTurnThatTheConversationIsAt() throws Exception {
        String script = "turns: [{text: one}, {text: two, repeat: 2}, {text: three}]";

        assertThat(List.of(
                        play(script, 0, "").text(),
                        play(script, 1, "").text(),
                        play(script, 2, "").text(),
                        play(script, 3, "").text(),
                        play(script, 4, "").text()))
                .containsExactly("one", "two", "two", "three", "The script has ended.");
    }

    @Test
    void repeatsATurnForEver() throws Exception {
        assertThat(play("turns: [{text: again, repeat: 0}]", 4_999, "").text()).isEqualTo("again");
    }

    @Test
    void knowsInstructionsPromptAndResults() throws Exception {
        ModelReply reply = play(
                "turns: [{text: '{{tracker}} {{colour}} {{results.0}} {{last.a.1.b}} {{last.a.size}}'}]",
                0,
                "You are.\n  Tracker: http://127.0.0.1:1/x  \n",
                "plain text",
                "{\"a\": [0, {\"b\": true}]}");

        assertThat(reply.text()).isEqualTo("http://127.0.0.1:1/x red plain text true 2");
    }

    @Test
    void keepsTheTypeOfAValueThatStandsAlone() throws Exception {
        ModelReply reply = play(
                "turns: [{calls: [{tool: t, arguments: {n: '{{last.n}}', s: 'n={{last.n}}', deep: ['{{last}}']}}]}]",
                0,
                "",
                "{\"n\": 5}");

        assertThat(reply.calls().getFirst().arguments().toString())
                .isEqualTo("{\"n\":5,\"s\":\"n=5\",\"deep\":[{\"n\":5}]}");
    }

    @Test
    void callsOncePerItem() throws Exception {
        String script = """
                turns:
                  - text: some
                    otherwise: none of {{last.size}}
                    calls: [{tool: t, each: last, where: {kind: a, tags: x}, arguments: {id: '{{item.id}}'}}]
                """;
        String items = """
                [{"id": 1, "kind": "a", "tags": ["x", "y"]}, {"id": 2, "kind": "b", "tags": ["x"]},
                 {"id": 3, "kind": "a", "tags": []}, {"id": 4, "kind": "a", "tags": "x"}]""";

        ModelReply some = play(script, 0, "", items);
        ModelReply none = play(script, 0, "", "[]");

        assertThat(some.calls())
                .extracting(call -> call.arguments().toString())
                .containsExactly("{\"id\":1}", "{\"id\":4}");
        assertThat(some.calls()).extracting("id").doesNotHaveDuplicates();
        assertThat(none.calls()).isEmpty();
        assertThat(none.text()).isEqualTo("none of 0");
    }

    @Test
    void countsTokens() throws Exception {
        ModelReply reply = play("turns: [{text: 12345678}]", 0, "1234");

        assertThat(reply.inputTokens()).isEqualTo(5);
        assertThat(reply.outputTokens()).isEqualTo(2);
    }

    @Test
    void saysWhichPlaceLeadsToNothing() {
        assertThatThrownBy(() -> play("turns: [{text: '{{last.a.b}}'}]", 0, "", "{\"a\": 1}"))
                .isInstanceOf(CallFailed.class)
                .hasMessage("Turn 1 of script 's' cannot be played: {{last.a.b}} leads to nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"turns: []", "turns: [{txt: x}]", "turns: [", "{}", "- a", "", "turns: [!!java.io.File [x]]"})
    void saysThatAScriptCannotBeRead(String script) {
        assertThatThrownBy(() -> play(script, 0, ""))
                .isInstanceOf(CallFailed.class)
                .hasMessageStartingWith("The script 's' cannot be read");
    }
}
