package dev.reins.standalone;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;

/**
 * The world outside, as an HTTP server that writes down each request with its {@code Idempotency-Key} and its time, and
 * misbehaves on demand. Paths: {@code /ok}, {@code /slow/MILLIS}, {@code /status/CODE} (answers that status),
 * {@code /held...} (answers once {@link #release released}), {@code /hang} (never answers, and notices when the caller gives
 * up), {@code /drop} (closes without an answer), {@code /add} (adds up the body's {@code sum} and {@code value}, once per
 * key, and takes its time: see {@link #takes}).
 */
public final class EffectLedger implements AutoCloseable {
    private final ServerSocket server;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, String> sums = new ConcurrentHashMap<>();
    private volatile int fastest = 50;
    private volatile int slowest = 300;

    private EffectLedger(ServerSocket server) {
        this.server = server;
    }

    /** One request; {@link #endedAt} is when its answer was sent or its caller had gone. */
    public static final class Entry {
        public final String method;
        public final String path;
        public final String key;
        public final String body;
        public final Instant at = Instant.now();
        public volatile Instant endedAt;
        public volatile boolean abandoned;

        Entry(String method, String path, String key, String body) {
            this.method = method;
            this.path = path;
            this.key = key;
            this.body = body;
        }

        @Override
        public String toString() {
            return method + " " + path + " " + key + " at " + at;
        }
    }

    public static EffectLedger start() {
        try {
            EffectLedger ledger = new EffectLedger(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
            Thread.ofPlatform().daemon().name("effect ledger").start(ledger::accept);
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getLocalPort() + path;
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Answers no {@code /add} until {@link #release released}. */
    public void holdAdditions() {
        held.put("/add", new CountDownLatch(1));
    }

    /** Answers this path from now on. */
    public void release(String path) {
        latch(path).countDown();
    }

    private CountDownLatch latch(String path) {
        return held.computeIfAbsent(path, key -> new CountDownLatch(1));
    }

    /** How many requests came by each key. */
    public Map<String, Long> requestsByKey() {
        Map<String, Long> counts = new HashMap<>();
        entries.forEach(entry -> counts.merge(entry.key, 1L, Long::sum));
        return counts;
    }

    /** The effects there are: a key has one, however often it was sent. */
    public Set<String> effects() {
        Set<String> keys = new TreeSet<>();
        entries.forEach(entry -> keys.add(entry.key));
        return keys;
    }

    /** How long additions take from now on: each a random time between these. */
    public void takes(int fastestMs, int slowestMs) {
        fastest = fastestMs;
        slowest = slowestMs;
    }

    /** Keys that came with more than one body. */
    public Set<String> requestsThatDiffer() {
        Map<String, Set<String>> bodies = new HashMap<>();
        entries.forEach(entry ->
                bodies.computeIfAbsent(entry.key, key -> new TreeSet<>()).add(entry.body));
        bodies.values().removeIf(bodiesOfOneKey -> bodiesOfOneKey.size() == 1);
        return bodies.keySet();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Entry entry = read(in);
            if (entry != null) {
                entries.add(entry);
                answer(entry, socket, in);
                entry.endedAt = Instant.now();
            }
        } catch (IOException | InterruptedException e) {
            // The caller or the test has gone: what came in is written down.
        } finally {
            open.remove(socket);
        }
    }

    private static Entry read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null || first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String[] request = first.split(" ");
        return new Entry(
                request[0],
                URI.create(request[1]).getPath(),
                headers.getOrDefault("idempotency-key", ""),
                new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        List<Byte> bytes = new ArrayList<>();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            bytes.add((byte) next);
        }
        byte[] text = new byte[bytes.size()];
        for (int i = 0; i < text.length; i++) {
            text[i] = bytes.get(i);
        }
        return new String(text, StandardCharsets.ISO_8859_1).strip();
    }

    private void answer(Entry entry, Socket socket, InputStream in) throws IOException, InterruptedException {
        String[] path = entry.path.split("/");
        switch (path.length > 1 ? path[1] : "") {
            case "hang" -> entry.abandoned = isGivenUp(in);
            case "held" -> {
                latch(entry.path).await();
                send(socket, 200, entry);
            }
            case "drop" -> {}
            case "slow" -> {
                Thread.sleep(Long.parseLong(path[2]));
                send(socket, 200, entry);
            }
            case "add" -> {
                String answer = sums.computeIfAbsent(entry.key, key -> sum(entry));
                CountDownLatch hold = held.get(entry.path);
                if (hold != null) {
                    hold.await();
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(fastest, slowest));
                send(socket, 200, answer);
            }
            case "status" -> send(socket, Integer.parseInt(path[2]), entry);
            default -> send(socket, 200, entry);
        }
    }

    private static String sum(Entry entry) {
        JsonNode body = Stack.json().readTree(entry.body);
        long sum = body.path("sum").asLong() + body.path("value").asLong();
        return "{\"key\":\"" + entry.key + "\",\"sum\":" + sum + "}";
    }

    /** Waits until the caller closes or resets the connection; a caller who says more has not given up. */
    private boolean isGivenUp(InputStream in) {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !server.isClosed();
        }
    }

    private static void send(Socket socket, int status, Entry entry) throws IOException {
        send(socket, status, "{\"key\":\"" + entry.key + "\"}");
    }

    private static void send(Socket socket, int status, String answer) throws IOException {
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " Answer\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
