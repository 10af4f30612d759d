package dev.reins.store.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.ToolSpec;
import dev.reins.store.StoredJson;
import dev.reins.store.TestDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCatalogTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final ToolSpec HTTP = spec("http.request", """
            {"type": "object", "required": ["method", "url"], "additionalProperties": false,
             "properties": {
               "method": {"enum": ["GET", "POST"]}, "url": {"type": "string", "minLength": 1},
               "headers": {"type": "object", "additionalProperties": {"type": "string"}},
               "body": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["a"], "properties": {"b": {"type": "integer"}}}]}}}""");

    private final ToolCatalog catalog = new ToolCatalog(DATABASE.jdbc());

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void givesWhatWasPublishedAndPublishedAgain() {
        catalog.publish(List.of(HTTP, spec("b", "{}")));
        catalog.publish(List.of(spec("b", "{\"type\": \"object\"}")));

        assertThat(catalog.find("http.request")).contains(HTTP);
        assertThat(catalog.all().get("b").inputSchema()).isEqualTo("{\"type\": \"object\"}");
        assertThat(catalog.find("nothing")).isEmpty();
    }

    @Test
    void findsAtOnceWhatAnotherProcessPublishes() {
        assertThat(catalog.find("fresh")).isEmpty();
        new ToolCatalog(DATABASE.jdbc()).publish(List.of(spec("fresh", "{}")));
        assertThat(catalog.find("fresh")).isPresent();
    }

    @Test
    void refusesAToolWhoseSchemaIsNone() {
        assertThatThrownBy(() -> catalog.publish(List.of(spec("bad", "{"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bad");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e20", "-1E+30", "10000000000000000000.5"})
    void refusesANumberThatNoBoundCanBeComparedWith(String number) {
        ToolSpec bounded = spec("bounded", """
                {"properties": {"ms": {"type": "integer", "minimum": 0, "maximum": 10}}}""");

        List<FieldError> errors = catalog.check(bounded, StoredJson.read("{\"ms\": " + number + "}"), "/plan/3/params");

        assertThat(errors).containsExactly(new FieldError("/plan/3/params", "A number in the input is out of range"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"method\": \"GET\", \"url\": \"u\"}                                       |       |",
                "{\"method\": \"GET\"}                                                       | /plan/3/params/url    | required property 'url' not found",
                "{\"method\": \"GET\", \"url\": 5}                                           | /plan/3/params/url    | integer found, string expected",
                "{\"method\": \"GET\", \"url\": \"u\", \"a/b\": 1}                           | /plan/3/params/a~1b   | property 'a/b' is not defined in the schema and the schema does not allow additional properties",
                "{\"method\": \"GET\", \"url\": \"u\", \"headers\": {\"x/y\": 1}}            | /plan/3/params/headers/x~1y | integer found, string expected",
                "{\"method\": \"PUT\", \"url\": \"u\"}                                       | /plan/3/params/method | does not have a value in the enumeration [\"GET\", \"POST\"]",
                "[]                                                                          | /plan/3/params        | array found, object expected",
                // references
                "{\"method\": \"GET\", \"url\": {\"$from\": {\"step\": 1, \"pointer\": \"/a\"}}} |  |",
                "{\"method\": \"GET\", \"headers\": {\"x\": {\"$from\": {\"step\": 1, \"pointer\": \"/a\"}}}} | /plan/3/params/url | required property 'url' not found",
                "{\"method\": \"GET\", \"url\": \"u\", \"body\": {\"b\": {\"$from\": {\"step\": 1, \"pointer\": \"/a\"}}, \"a\": 1}} |  |",
                "{\"$from\": {\"step\": 1, \"pointer\": \"/a\"}} |  |",
            })
    void pointsAtWhatTheSchemaFindsWrong(String input, @Nullable String pointer, @Nullable String message) {
        List<FieldError> errors = catalog.check(HTTP, StoredJson.read(input), "/plan/3/params");
        if (pointer == null) {
            assertThat(errors).isEmpty();
        } else {
            assertThat(errors).containsExactly(new FieldError(pointer, message));
        }
    }

    private static ToolSpec spec(String name, String schema) {
        return new ToolSpec(name, "What it does", schema, Category.HTTP, Effect.WRITE, false, false, 10);
    }
}
