package dev.reins.api.stream;

import dev.reins.api.stream.Inbox.Next;
import dev.reins.store.event.EventLog;
import dev.reins.store.event.EventPlace;
import dev.reins.store.event.StoredEvent;
import dev.reins.store.run.RunViews;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** One client's stream, on that client's own thread: first what is stored, then what comes, and a comment now and then. */
final class Streaming {
    private static final int PAGE = 500;
    private static final byte[] RETRY = bytes("retry: 2000\n\n");
    private static final byte[] HEARTBEAT = bytes(": heartbeat\n\n");

    private final Feed feed;
    private final Inbox inbox;
    private final EventLog log;
    private final RunViews runs;
    private final FrameWriter writer;
    private final OutputStream out;
    private final long heartbeatNanos;
    private EventPlace place;
    private EventPlace seen = EventPlace.START;
    private long nextHeartbeat;
    private boolean ended;
    private boolean over;

    Streaming(
            Feed feed,
            Inbox inbox,
            EventLog log,
            RunViews runs,
            FrameWriter writer,
            OutputStream out,
            Duration heartbeat) {
        this.feed = feed;
        this.inbox = inbox;
        this.log = log;
        this.runs = runs;
        this.writer = writer;
        this.out = out;
        this.heartbeatNanos = heartbeat.toNanos();
        this.place = feed.after();
    }

    /**
     * Returns when the stream is at its end or was ended.
     *
     * @throws IOException nobody reads any more
     */
    void run() throws IOException, InterruptedException {
        out.write(RETRY);
        out.flush();
        nextHeartbeat = System.nanoTime() + heartbeatNanos;
        while (!over) {
            step(inbox.next(nextHeartbeat));
            beat();
            out.flush();
        }
    }

    private void step(Next next) throws IOException {
        switch (next) {
            case Next.CatchUp catchUp -> catchUp();
            case Next.Take news -> write(news.frames());
            case Next.End end -> over = true;
        }
        over |= ended;
    }

    /**
     * Whether the run has ended is asked before its events are read: an end that comes later is among them, or among the
     * tail's. A reset run's events hold an earlier end, after which the stream goes on.
     */
    private void catchUp() throws IOException {
        ended = feed.isEnded(runs);
        List<StoredEvent> page;
        do {
            page = feed.read(log, place, PAGE);
            write(page.stream().map(event -> feed.topic().frame(event, writer)).toList());
            out.flush();
        } while (!over && page.size() == PAGE);
    }

    /**
     * What was written already comes again where store and tail overlap. The end counts also where it is not written, but not
     * a second time: a reset may have come after it.
     */
    private void write(List<Frame> frames) throws IOException {
        for (Frame frame : frames) {
            over |= inbox.isClosed();
            if (feed.topic().isAfter(frame.event(), seen)) {
                ended = feed.topic().endsWith(frame.event(), ended);
                seen = frame.event().place();
            }
            if (!over && feed.topic().isAfter(frame.event(), place)) {
                out.write(frame.text());
                place = frame.event().place();
            }
        }
    }

    private void beat() throws IOException {
        if (!over && System.nanoTime() - nextHeartbeat >= 0) {
            out.write(HEARTBEAT);
            nextHeartbeat += heartbeatNanos;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
