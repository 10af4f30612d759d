package dev.reins.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.store.StoredJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonPointer;

class ReferenceTest {
    @Test
    void findsReferencesAnywhere() {
        var found = Reference.findAll(StoredJson.read("""
                        {"a": [1, {"$from": {"step": 1, "pointer": "/body/id"}}], "b/c": {"$from": {"step": 2, "pointer": ""}}}"""), "/p");

        assertThat(found.malformed()).isEmpty();
        assertThat(found.references())
                .containsExactly(
                        new Reference("/p/a/1", 1, JsonPointer.compile("/body/id")),
                        new Reference("/p/b~1c", 2, JsonPointer.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$from\": 1}",
                "{\"$from\": {\"step\": 1}}",
                "{\"$from\": {\"step\": \"1\", \"pointer\": \"\"}}",
                "{\"$from\": {\"step\": 1.5, \"pointer\": \"\"}}",
                "{\"$from\": {\"step\": 1, \"pointer\": \"a\"}}",
                "{\"$from\": {\"step\": 1, \"pointer\": \"/~2\"}}",
                "{\"$from\": {\"step\": 1, \"pointer\": \"\", \"else\": 1}}",
                "{\"$from\": {\"step\": 1, \"pointer\": \"\"}, \"else\": 1}"
            })
    void pointsAtMalformedOnes(String reference) {
        var found = Reference.findAll(StoredJson.read("{\"a\": [" + reference + "]}"), "");

        assertThat(found.references()).isEmpty();
        assertThat(found.malformed())
                .hasSize(1)
                .first()
                .satisfies(fault -> assertThat(fault.pointer()).isEqualTo("/a/0"));
    }
}
