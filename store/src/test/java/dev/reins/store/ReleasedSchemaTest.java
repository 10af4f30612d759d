package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What processes of an earlier build use of the database is still there after this build's migrations: during an upgrade
 * they go on for a while. {@code released-schema.txt} lists the functions that Java calls, with their arguments and what
 * they answer, and every column.
 *
 * <p>Until the first release the list may be written anew, with {@code -Dreins.schema.write=true}. From then on lines are
 * only added with a release, and taken out when the release after it is out: a function with other arguments is added
 * beside the one that it replaces.
 */
class ReleasedSchemaTest {
    private static final Path LIST = Path.of("src/test/resources/released-schema.txt");
    private static final Pattern CALLED = Pattern.compile("\\b([a-z]+(?:_[a-z]+)+)\\s*\\(");
    private static final TestDatabase DATABASE = TestDatabase.create();

    private static final String FUNCTIONS = """
            select p.proname, 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') returns '
                || pg_get_function_result(p.oid) as line
            from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype""";

    private static final String COLUMNS = """
            select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'c')
              and a.attnum > 0 and not a.attisdropped and c.relname <> 'flyway_schema_history'""";

    @BeforeAll
    static void write() throws IOException {
        if (Boolean.getBoolean("reins.schema.write")) {
            Files.write(LIST, surface(DATABASE.jdbc()).stream().sorted().toList());
        }
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void whatAnEarlierBuildUsesIsStillThere() throws IOException {
        assertThat(surface(DATABASE.jdbc())).containsAll(Files.readAllLines(LIST));
    }

    @Test
    void aFunctionWithOtherArgumentsIsNoticed() throws IOException {
        try (TestDatabase changed = TestDatabase.create()) {
            String function = Files.readAllLines(LIST).stream()
                    .filter(line -> line.startsWith("function "))
                    .findFirst()
                    .orElseThrow();
            String signature = function.replaceFirst("function (.*\\)) returns .*", "$1");
            changed.jdbc().sql("drop function " + signature + " cascade").update();

            assertThat(surface(changed.jdbc())).doesNotContain(function);
        }
    }

    @Test
    void aColumnThatIsGoneIsNoticed() throws IOException {
        try (TestDatabase changed = TestDatabase.create()) {
            changed.jdbc()
                    .sql("alter table runs rename column created_at to made_at")
                    .update();

            assertThat(surface(changed.jdbc()).containsAll(Files.readAllLines(LIST)))
                    .isFalse();
        }
    }

    private static Set<String> surface(JdbcClient jdbc) throws IOException {
        Set<String> called = called();
        Stream<String> functions = jdbc
                .sql(FUNCTIONS)
                .query((row, number) ->
                        called.contains(row.getString("proname")) ? List.of(row.getString("line")) : List.<String>of())
                .list()
                .stream()
                .flatMap(List::stream);
        return Stream.concat(functions, jdbc.sql(COLUMNS).query(String.class).list().stream())
                .collect(Collectors.toSet());
    }

    /** Whatever looks like a call in the code of the modules that speak to the database. */
    private static Set<String> called() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> CALLED.matcher(read(file)).results().map(found -> found.group(1)))
                    .collect(Collectors.toSet());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
