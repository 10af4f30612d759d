package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestDatabaseTest {
    @Test
    void isMigratedAndSharesNothing() {
        try (TestDatabase one = TestDatabase.create();
                TestDatabase other = TestDatabase.create()) {
            one.jdbc().sql("insert into projects (id, name) values ('p', 'P')").update();
            assertThat(projects(one)).isEqualTo(1);
            assertThat(projects(other)).isZero();
        }
    }

    private static long projects(TestDatabase database) {
        return database.jdbc()
                .sql("select count(*) from projects")
                .query(Long.class)
                .single();
    }
}
