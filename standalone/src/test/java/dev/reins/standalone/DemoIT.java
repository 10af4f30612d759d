package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees, from the first start to a crash. The tests go on with each other's data folder. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {
    private static final Duration PLAY = Duration.ofMinutes(6);
    private static final double SECOND_START_SECONDS = 20;
    private static final Duration ENDING = Duration.ofSeconds(40);

    @TempDir
    static Path home;

    @Test
    @Order(1)
    void theDemoPlaysToItsEndOnAnEmptyDataFolderAndLeavesNoProcess() {
        LaunchedReins demo = LaunchedReins.launch("demo", home, Map.of(), "--once");
        demo.awaitReady(PLAY);

        assertThat(demo.awaitEnd(PLAY)).as(demo::output).isZero();

        assertThat(demo.output())
                .contains("1  An agent tidies", "2  A run is paused", "3  An agent that goes round", "4  A run reaches")
                .contains("Where things are", "Try next")
                .doesNotContain("NOT SO");
        assertThat(demo.output().lines().filter(line -> line.contains("checked")))
                .hasSizeGreaterThan(7);
        demo.awaitNothingLeft(ENDING);
        assertThat(home.resolve(Endpoints.FILE)).doesNotExist();
    }

    @Test
    @Order(2)
    void aSecondStartIsReadySoonAndShowsTheEarlierRuns() throws Exception {
        Instant began = Instant.now();
        try (LaunchedReins second = LaunchedReins.launch("up", home, Map.of())) {
            second.awaitReady(Duration.ofMinutes(2));

            double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
            assertThat(seconds).isLessThan(SECOND_START_SECONDS * crowding());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(Endpoints.FILE))))
                    .isEqualTo("rw-------");
            Awaitility.await().untilAsserted(() -> assertThat(second.output()).contains("Earlier runs: 4"));
        }
    }

    @Test
    @Order(3)
    void aKilledSupervisorTakesEverythingWithItAndTheNextStartGoesOn() {
        LaunchedReins killed = LaunchedReins.launch("up", home, Map.of());
        killed.awaitReady(Duration.ofMinutes(2));
        String database = killed.endpoints().database();

        killed.process().destroyForcibly();

        killed.awaitNothingLeft(ENDING);
        assertThat(home.resolve(Endpoints.FILE)).exists();
        try (LaunchedReins next = LaunchedReins.launch("up", home, Map.of())) {
            next.awaitReady(Duration.ofMinutes(2));
            assertThat(next.endpoints().database()).isEqualTo(database);
        }
    }

    /** A machine that does other work too gets as many times longer as there are processes that want each processor. */
    private static double crowding() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return Math.max(1, system.getSystemLoadAverage() / system.getAvailableProcessors());
    }
}
