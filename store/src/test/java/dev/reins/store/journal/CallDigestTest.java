package dev.reins.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.store.StoredJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallDigestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": 1, \"b\": {\"d\": [1, 2], \"c\": null}} | {\"b\":{\"c\":null,\"d\":[1,2]},\"a\":1}",
                "[1.0, 100, 0.00, -0] | [1, 1e2, 0, 0]",
                "\"\\u00e9\" | \"é\""
            })
    void isTheSameHoweverACallIsWritten(String one, String other) {
        assertThat(digest("echo", one)).isEqualTo(digest("echo", other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 2] | [2, 1]",
                "{\"a\": null} | {}",
                "1 | \"1\"",
                "[[1], 2] | [1, [2]]",
                "{\"a\":\"b,\"} | {\"a\":\"b\"}"
            })
    void differsWhereTheCallDiffers(String one, String other) {
        assertThat(digest("echo", one)).isNotEqualTo(digest("echo", other));
    }

    @Test
    void dependsOnTheToolAndOnTheEstimate() {
        byte[] call = digest("echo", "{}");
        assertThat(digest("delay", "{}")).isNotEqualTo(call);
        assertThat(CallDigest.ofRequest(call, 1)).isNotEqualTo(CallDigest.ofRequest(call, 2));
    }

    private static byte[] digest(String tool, String input) {
        return CallDigest.ofCall(tool, StoredJson.read(input));
    }
}
