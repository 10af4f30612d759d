package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;

    @Test
    void aFolderInUseIsRefusedAndItsProcessNamed() {
        try (Home first = Home.open(folder)) {
            assertThat(first.folder()).isEqualTo(folder);
            assertThatThrownBy(() -> Home.open(folder))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContainingAll(
                            folder.toString(),
                            "process " + ProcessHandle.current().pid(),
                            "--home");
        }
    }

    @Test
    void aFolderIsFreeAgainWhenItsReinsHasEnded() {
        Home.open(folder).close();

        Home.open(folder).close();
    }

    @Test
    void privateFilesAreTheOwnersAlone() throws Exception {
        try (Home home = Home.open(folder)) {
            home.writePrivately("keys.json", "first");
            home.writePrivately("keys.json", "second");

            assertThat(home.read("keys.json")).hasValue("second");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys.json"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatAKilledReinsHasLeftIsReadForItsProcesses() {
        try (Home home = Home.open(folder)) {
            var pids = new Endpoints.Pids(List.of(11L, 12L), 13L, 14L, null);
            new Endpoints("http://x", "x:1", null, "postgresql://x/x", "demo", "a", "u", "user", Map.of(), pids)
                    .write(home);

            assertThat(Endpoints.pidsLeftIn(home)).containsExactly(11L, 12L, 13L, 14L);
        }
    }

    @Test
    void aDamagedEndpointsFileIsIgnored() {
        try (Home home = Home.open(folder)) {
            home.writePrivately(Endpoints.FILE, "{half");

            assertThat(Endpoints.pidsLeftIn(home)).isEmpty();
        }
    }

    @Test
    void aPortInUseIsNamedWithWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.claim(taken.getLocalPort(), "the API", "--api-port"))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContainingAll(taken.getLocalPort() + " (the API)", "--api-port N (0 takes a free one)");
        }
    }

    @Test
    void aPortThatNobodyChoseStaysTheSame() {
        try (Home home = Home.open(folder)) {
            int first = new RememberedPorts(home).claim("tracker");

            assertThat(new RememberedPorts(home).claim("tracker")).isEqualTo(first);
        }
    }
}
