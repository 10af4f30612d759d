package dev.reins.standalone.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.standalone.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporalFinderTest {
    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void theNamedBinaryComesBeforeThePath() throws IOException {
        Path named = binary("named", "1.7.0");
        binary("bin/temporal", "1.8.0");

        TemporalBinary found = finder(Map.of("REINS_TEMPORAL_CLI", named.toString(), "PATH", path("bin")))
                .find();

        assertThat(found.path()).isEqualTo(named);
        assertThat(found.version()).isEqualTo("1.7.0");
        assertThat(found.origin()).startsWith("from REINS_TEMPORAL_CLI");
    }

    @Test
    void anOldBinaryIsPassedOverAndThatIsSaid() throws IOException {
        Path old = binary("old", "1.4.9");
        Path current = binary("bin/temporal", "1.5.0");

        TemporalBinary found = finder(Map.of("REINS_TEMPORAL_CLI", old.toString(), "PATH", path("bin")))
                .find();

        assertThat(found.path()).isEqualTo(current);
        assertThat(said).singleElement().asString().contains("1.4.9, older than 1.5.0");
    }

    @Test
    void somethingElseByTheNameOfTemporalIsPassedOver() throws IOException {
        script("bin/temporal", "echo some other tool 9.9.9");

        assertThat(finder(Map.of("PATH", path("bin")), new Delivers("1.9.1"))
                        .find()
                        .origin())
                .contains("a trial route");
    }

    @Test
    void whatWasFetchedIsKeptForTheNextStart() {
        Delivers route = new Delivers("1.9.1");

        TemporalBinary first = finder(Map.of(), route).find();
        TemporalBinary second = finder(Map.of(), route).find();

        assertThat(first.path()).isEqualTo(folder.resolve("cache/reins/temporal-1.9.1"));
        assertThat(second.origin()).startsWith("fetched earlier");
        assertThat(route.calls).hasValue(1);
    }

    @Test
    void theNextRouteIsTakenWhereOneIsClosed() {
        assertThat(finder(Map.of(), new Closed(), new Delivers("1.9.1")).find().origin())
                .contains("a trial route");
        assertThat(said).contains("That did not work: the way is closed");
    }

    @Test
    void twoStartsAtOnceFetchOnce() throws Exception {
        Delivers route = new Delivers("1.9.1");
        Callable<TemporalBinary> start = () -> finder(Map.of(), route).find();

        try (var starts = Executors.newFixedThreadPool(2)) {
            for (var found : starts.invokeAll(List.of(start, start))) {
                assertThat(found.get().path()).isExecutable();
            }
        }
        assertThat(route.calls).hasValue(1);
    }

    @Test
    void nothingHalfFetchedStays() throws IOException {
        assertThatThrownBy(() -> finder(Map.of(), new Closed()).find()).isInstanceOf(CannotStart.class);

        try (Stream<Path> files = Files.list(folder.resolve("cache/reins"))) {
            assertThat(files.map(Path::getFileName)).containsExactly(Path.of("temporal.lock"));
        }
    }

    @Test
    void withNoWayLeftOneSentenceNamesThemAll() {
        assertThatThrownBy(() -> finder(Map.of(), new Closed()).find())
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll("PATH", "REINS_TEMPORAL_CLI", "a closed route: the way is closed");
    }

    private TemporalFinder finder(Map<String, String> environment, Route... routes) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return new TemporalFinder(all, List.of(routes), said::add);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Path binary(String name, String version) throws IOException {
        return script(name, "echo 'temporal version " + version + " (Server 1.30.0, UI 2.40.0)'");
    }

    private Path script(String name, String line) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static final class Delivers implements Route {
        final AtomicInteger calls = new AtomicInteger();
        private final String version;

        Delivers(String version) {
            this.version = version;
        }

        @Override
        public String name() {
            return "a trial route";
        }

        @Override
        public Path fetchInto(Path folder) throws IOException {
            calls.incrementAndGet();
            return Files.writeString(
                    folder.resolve("temporal"), "#!/bin/sh\necho 'temporal version " + version + "'\n");
        }
    }

    private record Closed() implements Route {
        @Override
        public String name() {
            return "a closed route";
        }

        @Override
        public Path fetchInto(Path folder) throws IOException {
            Files.writeString(folder.resolve("half"), "half");
            throw new IOException("the way is closed");
        }
    }
}
