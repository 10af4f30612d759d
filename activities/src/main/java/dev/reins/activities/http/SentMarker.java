package dev.reins.activities.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Notes that a request is about to be written to a connection that stands: from then on it may have arrived. */
final class SentMarker extends HttpRequestExecutor {
    /** In the exchange's context: the {@link AtomicBoolean} to set. */
    static final String ATTRIBUTE = "reins.sent";

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback informed,
            HttpContext context)
            throws IOException, HttpException {
        if (context.getAttribute(ATTRIBUTE) instanceof AtomicBoolean sent) {
            sent.set(true);
        }
        return super.execute(request, connection, informed, context);
    }
}
