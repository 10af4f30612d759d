package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What carries the tag {@code later-schema} runs on this build's schema and on a later one. */
@Tag("later-schema")
class LaterSchemaTest {

    @Test
    void tablesHaveGainedColumnsWhereThatWasAskedFor() {
        try (TestDatabase database = TestDatabase.create()) {
            int changed = database.jdbc()
                    .sql("select count(*) from information_schema.columns where column_name = 'later_count'")
                    .query(Integer.class)
                    .single();

            if (Boolean.getBoolean("reins.schema.later")) {
                assertThat(changed).isGreaterThan(20);
            } else {
                assertThat(changed).isZero();
            }
        }
    }
}
