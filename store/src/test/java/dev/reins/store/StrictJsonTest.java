package dev.reins.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.Category;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.OnError;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class StrictJsonTest {
    private final StrictJson json = new StrictJson();

    record Everything(
            String text,
            int number,
            @Nullable Long big,
            @Nullable Double real,
            @Nullable Boolean flag,
            @Nullable OnError word,
            @Nullable Instant time,
            @Nullable RunId id,
            @Nullable List<Part> parts,
            @Nullable Map<Category, Integer> rates,
            @Nullable JsonNode any,
            @Nullable ObjectNode object) {}

    record Part(String name) {
        Part {
            if (name.isBlank()) {
                throw new IllegalArgumentException("A part has a name");
            }
        }
    }

    @Test
    void bindsEveryKindOfValue() {
        Everything read = read("""
                {"text": "t", "number": 1, "big": 9007199254740993, "real": 1.5, "flag": true, "word": "continue",
                 "time": "2026-01-31T12:00:00Z", "id": "run-1", "parts": [{"name": "a"}], "rates": {"http": 5},
                 "any": [1, null, {"x": "\\ud83d\\ude00"}], "object": {}}""");

        assertThat(read)
                .extracting(Everything::big, Everything::word, Everything::rates, Everything::parts)
                .containsExactly(9007199254740993L, OnError.CONTINUE, Map.of(Category.HTTP, 5), List.of(new Part("a")));
        assertThat(read.id()).isEqualTo(new RunId("run-1"));
        assertThat(read.any()).hasToString("[1,null,{\"x\":\"\uD83D\uDE00\"}]");
    }

    @Test
    void readsAnAbsentMemberAndANullAlike() {
        assertThat(read("{\"text\": \"t\", \"number\": 1, \"big\": null}"))
                .isEqualTo(read("{\"text\": \"t\", \"number\": 1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                        |               | The body must be a JSON object",
                "\"x\"                                     |               | The body must be a JSON object",
                "null                                      |               | The body must be a JSON object",
                "{\"number\": 1}                           | /text         | text is required",
                "{\"text\": null, \"number\": 1}           | /text         | text is required",
                "{\"text\": \"t\"}                         | /number       | number is required",
                "{\"text\": 5, \"number\": 1}              | /text         | text must be a text",
                "{\"text\": \"t\", \"number\": \"1\"}      | /number       | number must be a whole number",
                "{\"text\": \"t\", \"number\": 1.0}        | /number       | number must be a whole number",
                "{\"text\": \"t\", \"number\": true}       | /number       | number must be a whole number",
                "{\"text\": \"t\", \"number\": 2147483648} | /number       | number must be at most 2147483647 in size",
                "{\"text\": \"t\", \"number\": 1, \"big\": 9223372036854775808} | /big | big must be at most 9223372036854775807 in size",
                "{\"text\": \"t\", \"number\": 1, \"real\": \"1\"} | /real  | real must be a number",
                "{\"text\": \"t\", \"number\": 1, \"flag\": \"true\"} | /flag | flag must be true or false",
                "{\"text\": \"t\", \"number\": 1, \"flag\": 1}   | /flag    | flag must be true or false",
                "{\"text\": \"t\", \"number\": 1, \"word\": \"FAIL\"} | /word | word must be one of [continue, fail, pause]",
                "{\"text\": \"t\", \"number\": 1, \"word\": 0}   | /word    | word must be one of [continue, fail, pause]",
                "{\"text\": \"t\", \"number\": 1, \"time\": \"today\"} | /time | time must be a time in UTC such as 2026-01-31T12:00:00Z",
                "{\"text\": \"t\", \"number\": 1, \"id\": \"a/b\"} | /id    | A run id has 1 to 128 of the characters A-Z a-z 0-9 . _ -",
                "{\"text\": \"t\", \"number\": 1, \"id\": 7}     | /id      | id must be a text",
                "{\"text\": \"t\", \"number\": 1, \"parts\": {}} | /parts   | parts must be a list",
                "{\"text\": \"t\", \"number\": 1, \"parts\": [{\"name\": \"a\"}, {\"name\": 1}]} | /parts/1/name | name must be a text",
                "{\"text\": \"t\", \"number\": 1, \"parts\": [{\"name\": \" \"}]} | /parts/0 | A part has a name",
                "{\"text\": \"t\", \"number\": 1, \"parts\": [null]} | /parts/0 | This element must not be null",
                "{\"text\": \"t\", \"number\": 1, \"parts\": [{\"name\": \"a\", \"b/c\": 1}]} | /parts/0/b~1c | 'b/c' is not known here; known are [name]",
                "{\"text\": \"t\", \"number\": 1, \"rates\": {\"htp\": 1}} | /rates/htp | 'htp' is not known here; known are [ai, browser, calendar, default, drive, email, http]",
                "{\"text\": \"t\", \"number\": 1, \"rates\": {\"http\": \"1\"}} | /rates/http | http must be a whole number",
                "{\"text\": \"t\", \"number\": 1, \"rates\": {\"http\": null}} | /rates/http | http must not be null",
                "{\"text\": \"t\", \"number\": 1, \"rates\": []} | /rates   | rates must be a JSON object",
                "{\"text\": \"t\", \"number\": 1, \"object\": []} | /object | object must be a JSON object",
                "{\"text\": \"t\", \"number\": 1, \"number\": 2} | /number  | The member 'number' appears twice",
                "{\"text\": \"t\", \"number\": 1, \"any\": [{\"a\": {}, \"a\": {}}]} | /any/0/a | The member 'a' appears twice",
                "{\"text\": \"a\\u0000b\", \"number\": 1}  | /text         | The text contains a NUL character",
                "{\"text\": \"t\", \"number\": 1, \"any\": {\"x\": [\"\\ud800\"]}} | /any/x/0 | The text contains half of a surrogate pair",
                "{\"text\": \"t\", \"number\": 1, \"any\": {\"x\": \"\\udc00\\ud800\"}} | /any/x | The text contains half of a surrogate pair",
                "{\"text\": \"t\", \"number\": 1, \"any\": {\"\\u0000\": 1}} | /any | A member's name contains a NUL character",
                "{\"text\": \"t\", \"number\": 1, \"any\": {\"\\ud83d\": 1}} | /any | A member's name contains half of a surrogate pair",
                "{\"text\": \"t\", \"number\": 1, \"any\": 1e999} | /any    | The number is out of range",
                "{\"text\": \"t\", \"number\": 1, \"any\": 1e-999999} | /any | The number is out of range",
                "{\"text\": \"t\", \"number\": 1} {}       |               | The body goes on after its JSON value has ended",
            })
    void refusesWhatDoesNotFit(String body, @Nullable String pointer, String message) {
        assertThat(refusal(body).errors()).containsExactly(new FieldError(pointer == null ? "" : pointer, message));
    }

    @Test
    void namesEveryFaultAtOnce() {
        assertThat(refusal("{\"number\": \"x\", \"flag\": 3, \"else\": 0}").errors())
                .extracting(FieldError::pointer)
                .containsExactly("/text", "/number", "/flag", "/else");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{\"a\": }",
                "{'a': 1}",
                "{\"a\": 1,}",
                "{\"a\": 01}",
                "{\"a\": NaN}",
                "nul",
                "{} x",
                "{\"a\": \"\n\"}",
                "{\"a\": \"\\x\"}",
                "// {}",
                "\uFEFF{}",
                "[1 2]",
                "{\"a\": 1e}",
                "{\"a\": +1}"
            })
    void refusesWhatIsNoJson(String body) {
        assertThat(refusal(body)).hasMessageStartingWith("The body").hasMessageNotContaining("tools.jackson");
    }

    @Test
    void saysWhereTheTextIsMalformed() {
        assertThat(refusal("{\n  \"plan\": [{},\n  {\"tool\": oops}]}"))
                .hasMessage("The body is not valid JSON (line 3, column 12)")
                .extracting(refused -> refused.errors().getFirst().pointer())
                .isEqualTo("/plan/1/tool");
    }

    @Test
    void refusesWhatIsNoUtf8() {
        assertThat(refusal(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}))
                .hasMessage("The body is not valid UTF-8");
        assertThat(refusal("{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_16)))
                .isNotNull();
    }

    @Test
    void refusesDeepNestingAndEndlessNumbers() {
        assertThat(json.parse(nested(100).getBytes(UTF_8))).isNotNull();
        assertThat(refusal(nested(101))).hasMessage("The body is nested deeper than 100 levels");
        assertThat(refusal(nested(100_000))).hasMessage("The body is nested deeper than 100 levels");
        assertThat(refusal("9".repeat(2_000)))
                .hasMessageStartingWith("The body holds a number or a name that is too long");
    }

    @Test
    void keepsNumbersAsTheyAreWritten() {
        assertThat(json.parse("[0.10000000000000000001, 12345678901234567890]".getBytes(UTF_8)))
                .hasToString("[0.10000000000000000001,12345678901234567890]");
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private Everything read(String body) {
        return json.read(body.getBytes(UTF_8), Everything.class);
    }

    private RequestRejected refusal(String body) {
        return refusal(body.getBytes(UTF_8));
    }

    private RequestRejected refusal(byte[] body) {
        RequestRejected refused = catchThrowableOfType(RequestRejected.class, () -> json.read(body, Everything.class));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        return refused;
    }
}
