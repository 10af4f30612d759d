package dev.reins.api.stream;

import dev.reins.api.security.Caller;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.event.EventLog;
import dev.reins.store.event.EventPlace;
import dev.reins.store.run.RunViews;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Answers requests with a stream of events, on the request's own thread, which is a virtual one. It ends after the
 * {@code run.finished} of a run that was not reset since, when the client goes, when its key is no longer valid, and when
 * this process shuts down; whoever comes back with the id of the last event misses none.
 */
@Component
public final class EventStreams {
    public static final String MEDIA_TYPE = "text/event-stream";
    public static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Pattern SEQ = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final EventLog log;
    private final RunViews runs;
    private final FrameWriter writer;
    private final Tail tail;
    private final OpenStreams open;
    private final StreamSettings settings;

    EventStreams(
            EventLog log, RunViews runs, FrameWriter writer, Tail tail, OpenStreams open, StreamSettings settings) {
        this.log = log;
        this.runs = runs;
        this.writer = writer;
        this.tail = tail;
        this.open = open;
        this.settings = settings;
    }

    /** The request to answer, whose, and how. */
    public record Exchange(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        private @Nullable String lastEventId() {
            return request.getHeader(LAST_EVENT_ID);
        }
    }

    /**
     * The events of one run. Where it has ended and nothing is left to tell the answer is 204, at which a browser's
     * EventSource stops asking.
     *
     * @param isTerminal whether the run had ended before this was called
     * @throws RequestRejected invalid_request for a Last-Event-ID that is no seq; too_many_requests
     */
    public void ofRun(Exchange exchange, String runId, boolean isTerminal) throws IOException {
        long seq = seq(exchange.lastEventId());
        if (isTerminal && log.endOfRun(runId).seq() <= seq) {
            exchange.response().setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            serve(exchange, new Feed(new Topic.OfRun(runId), null, new EventPlace(0, runId, seq)));
        }
    }

    /**
     * The events of a project; to a user those of their own runs.
     *
     * @throws RequestRejected invalid_request for a Last-Event-ID that is none of ours; too_many_requests
     */
    public void ofProject(Exchange exchange, String projectId) throws IOException {
        Caller caller = exchange.caller();
        String userId = caller.isAdmin() ? null : caller.userId();
        serve(exchange, new Feed(new Topic.OfProject(projectId), userId, place(projectId, exchange.lastEventId())));
    }

    private static long seq(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return 0;
        }
        if (!SEQ.matcher(lastEventId).matches()) {
            throw notOurs();
        }
        return Long.parseLong(lastEventId);
    }

    private static EventPlace place(String projectId, @Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return EventPlace.START;
        }
        return EventPlace.find(projectId, lastEventId).orElseThrow(EventStreams::notOurs);
    }

    private static RequestRejected notOurs() {
        return RequestRejected.invalid(LAST_EVENT_ID, "This is the id of no event of this stream");
    }

    private void serve(Exchange exchange, Feed feed) throws IOException {
        if (exchange.request().getMethod().equals("HEAD")) {
            announce(exchange.response());
            return;
        }
        var inbox = new Inbox();
        String keyId = exchange.caller().keyId();
        open.add(keyId, inbox);
        try {
            tail.listen(feed, inbox);
            announce(exchange.response());
            stream(feed, inbox, exchange.response());
        } finally {
            tail.leave(feed, inbox);
            open.remove(keyId, inbox);
        }
    }

    private static void announce(HttpServletResponse response) {
        response.setContentType(MEDIA_TYPE);
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
    }

    private void stream(Feed feed, Inbox inbox, HttpServletResponse response) {
        try {
            new Streaming(feed, inbox, log, runs, writer, response.getOutputStream(), settings.heartbeat()).run();
        } catch (IOException gone) {
            return; // nobody is listening any more
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
