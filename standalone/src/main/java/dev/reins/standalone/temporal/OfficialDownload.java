package dev.reins.standalone.temporal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Temporal's release archive, checked against the SHA-256 that the release publishes beside it. */
record OfficialDownload(URI releases, String version, Platform platform) implements Route {
    static final URI RELEASES = URI.create("https://github.com/temporalio/cli/releases/download/");

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration TRANSFER = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "Temporal's official download";
    }

    @Override
    public Path fetchInto(Path folder) throws IOException, InterruptedException {
        String archive = "temporal_cli_" + version + "_" + platform + ".tar.gz";
        Path file = folder.resolve(archive);
        try (HttpClient client = client()) {
            String checksums = get(client, "checksums.txt", HttpResponse.BodyHandlers.ofString());
            get(client, archive, HttpResponse.BodyHandlers.ofFile(file));
            verify(file, expected(checksums, archive));
        } catch (HttpConnectTimeoutException e) {
            throw new IOException(
                    "no connection to " + releases.getHost() + " within " + CONNECT.toSeconds() + " s", e);
        } catch (ConnectException e) {
            throw new IOException("no connection to " + releases.getHost(), e);
        } catch (HttpTimeoutException e) {
            throw new IOException(releases.getHost() + " did not deliver within " + TRANSFER.toMinutes() + " min", e);
        }
        return unpack(file, folder);
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    private <T> T get(HttpClient client, String name, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        URI address = releases.resolve("v" + version + "/" + name);
        HttpResponse<T> response =
                client.send(HttpRequest.newBuilder(address).timeout(TRANSFER).build(), body);
        if (response.statusCode() != 200) {
            throw new IOException(address + " answers " + response.statusCode());
        }
        return response.body();
    }

    private static String expected(String checksums, String archive) throws IOException {
        return checksums
                .lines()
                .map(line -> line.strip().split("\\s+\\*?"))
                .filter(parts -> parts.length == 2 && parts[1].equals(archive))
                .map(parts -> parts[0])
                .findFirst()
                .orElseThrow(() -> new IOException("the release names no checksum for " + archive));
    }

    private static void verify(Path file, String expected) throws IOException {
        String actual = sha256(file);
        if (!actual.equalsIgnoreCase(expected)) {
            throw new IOException("checksum of " + file.getFileName() + " is " + actual + " instead of " + expected);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path unpack(Path archive, Path folder) throws IOException {
        try (var tar = new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && Path.of(entry.getName()).endsWith("temporal")) {
                    Path binary = folder.resolve("temporal");
                    Files.copy(tar, binary);
                    return binary;
                }
            }
        }
        throw new IOException(archive.getFileName() + " holds no temporal binary");
    }
}
