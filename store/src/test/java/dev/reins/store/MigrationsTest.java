package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void functionsThatDifferAreBroughtToThisBuild() {
        String script = aRepeatableScript();
        otherBuildApplied(script);

        Migrations.apply(database.dataSource());

        assertThat(timesApplied(script)).isEqualTo(2);
    }

    @Test
    void aDatabaseThatANewerBuildHasMovedOnIsLeftAlone() {
        String script = aRepeatableScript();
        otherBuildApplied(script);
        database.jdbc().sql("""
                insert into flyway_schema_history
                  (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)""").update();

        Migrations.apply(database.dataSource());

        assertThat(timesApplied(script)).isEqualTo(1);
    }

    @Test
    void manyThatStartAtOnceMigrateOnce() {
        String script = aRepeatableScript();
        otherBuildApplied(script);

        List<CompletableFuture<Void>> starts = IntStream.range(0, 5)
                .mapToObj(start -> CompletableFuture.runAsync(() -> Migrations.apply(database.dataSource())))
                .toList();
        starts.forEach(CompletableFuture::join);

        assertThat(timesApplied(script)).isEqualTo(2);
    }

    private String aRepeatableScript() {
        return database.jdbc()
                .sql("select min(script) from flyway_schema_history where version is null")
                .query(String.class)
                .single();
    }

    private void otherBuildApplied(String script) {
        database.jdbc()
                .sql("update flyway_schema_history set checksum = 1 where script = :script")
                .param("script", script)
                .update();
    }

    private int timesApplied(String script) {
        return database.jdbc()
                .sql("select count(*) from flyway_schema_history where script = :script")
                .param("script", script)
                .query(Integer.class)
                .single();
    }
}
