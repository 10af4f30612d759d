package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void takesTheUrlApartForJdbc() {
        var url = DatabaseUrl.parse("postgresql://reins:p%40ss:w+rd@127.0.0.1:6543/reins?sslmode=disable");

        assertThat(url.address()).isEqualTo("127.0.0.1:6543");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:6543/reins?sslmode=disable");
        assertThat(url.user()).isEqualTo("reins");
        assertThat(url.password()).isEqualTo("p@ss:w+rd");
    }

    @Test
    void needsNeitherPortNorCredentials() {
        var url = DatabaseUrl.parse("postgresql://db.example/reins");

        assertThat(url)
                .isEqualTo(new DatabaseUrl("db.example:5432", "jdbc:postgresql://db.example:5432/reins", null, null));
    }

    @Test
    void neverShowsThePassword() {
        assertThat(DatabaseUrl.parse("postgresql://reins:secret@h/reins").toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mysql://u:secret@h/d",
                "postgresql://u:secret@/d",
                "postgresql://u:secret@h",
                "postgresql://u:sec ret@h/d"
            })
    void refusesAnythingElseWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining("sec");
    }
}
