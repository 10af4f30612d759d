package dev.reins.api;

import static dev.reins.api.World.RUNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StuckClientTest {
    private static final int MANY = 60_000;

    @Test
    void apiShutsDownInTimeAlthoughAStreamsClientReadsNoMore() throws IOException {
        var api = RunningApi.withoutTemporal("--spring.lifecycle.timeout-per-shutdown-phase=1s");
        var world = new World(api);
        String run = World.run(api, world.alice);
        new EventWriting(api).appendMany(run, MANY);
        try (Socket client = askAndReadNothing(api, world.alice, RUNS + "/" + run + "/events")) {
            awaitStandstill(client.getInputStream());
            Instant asked = Instant.now();

            api.close();

            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(10));
            assertThat(framesLeft(client)).as("frames that were under way").isLessThan(MANY);
        }
    }

    private static Socket askAndReadNothing(RunningApi api, String key, String path) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(4_096);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress("127.0.0.1", api.port()));
        client.getOutputStream().write("""
                GET %s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Accept: text/event-stream\r
                \r
                """.formatted(path, key).getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /** Nothing more comes, for all buffers are full. */
    private static void awaitStandstill(InputStream stream) {
        AtomicInteger before = new AtomicInteger();
        await().atMost(Duration.ofSeconds(60)).during(Duration.ofSeconds(1)).until(() -> {
            int now = stream.available();
            return now > 0 && now == before.getAndSet(now);
        });
    }

    private static long framesLeft(Socket client) {
        AtomicLong frames = new AtomicLong();
        try (var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> line.startsWith("id: ")).forEach(line -> frames.incrementAndGet());
        } catch (IOException | UncheckedIOException cut) {
            return frames.get();
        }
        return frames.get();
    }
}
