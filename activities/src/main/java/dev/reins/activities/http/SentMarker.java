package dev.reins.activities.http;

import dev.reins.activities.tool.NotSentInTime;
import java.io.IOException;
import java.time.Instant;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Notes that a request is about to be written to a connection that stands: from then on it may have arrived. One whose time
 * is over is not written any more.
 */
final class SentMarker extends HttpRequestExecutor {
    /** In the exchange's context: its {@link Sending}. */
    static final String ATTRIBUTE = "reins.sending";

    /** Whether anything of an exchange was sent. Not thread-safe. */
    static final class Sending {
        private final Instant deadline;
        private boolean begun;

        Sending(Instant deadline) {
            this.deadline = deadline;
        }

        boolean hasBegun() {
            return begun;
        }

        private void begin() throws NotSentInTime {
            if (!Instant.now().isBefore(deadline)) {
                throw new NotSentInTime();
            }
            begun = true;
        }
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback informed,
            HttpContext context)
            throws IOException, HttpException {
        if (context.getAttribute(ATTRIBUTE) instanceof Sending sending) {
            sending.begin();
        }
        return super.execute(request, connection, informed, context);
    }
}
