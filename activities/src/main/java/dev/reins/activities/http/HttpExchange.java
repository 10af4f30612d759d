package dev.reins.activities.http;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.ErrorClass;
import dev.reins.activities.tool.NotSentInTime;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.ToolCall;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;

/** One call from its first request over its redirects to its answer. Not thread-safe: one instance per call. */
final class HttpExchange {
    private static final int MAX_REDIRECTS = 5;

    private final CloseableHttpClient client;
    private final ToolCall step;
    private final AnswerReader reader = new AnswerReader();
    private final SentMarker.Sending sending;

    HttpExchange(CloseableHttpClient client, ToolCall step) {
        this.client = client;
        this.step = step;
        this.sending = new SentMarker.Sending(step.deadline());
    }

    HttpAnswer perform(HttpCall first) throws CallFailed, OutcomeUnknown, NotSentInTime {
        HttpCall call = first;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Hop hop = hop(call);
            switch (hop) {
                case Hop.Answered answered -> {
                    return answered.answer();
                }
                case Hop.Redirected redirected -> call = call.redirected(redirected.status(), redirected.location());
            }
        }
        throw CallFailed.forGood(first.server() + " redirected more than " + MAX_REDIRECTS + " times");
    }

    private sealed interface Hop {
        record Answered(HttpAnswer answer) implements Hop {}

        record Redirected(int status, String location) implements Hop {}
    }

    private Hop hop(HttpCall call) throws CallFailed, OutcomeUnknown, NotSentInTime {
        HttpUriRequestBase request = request(call);
        step.cancellation().onCancel(request::cancel);
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(SentMarker.ATTRIBUTE, sending);
        try (ClassicHttpResponse response = client.executeOpen(null, request, context)) {
            return understand(call, response);
        } catch (NotSentInTime e) {
            throw e;
        } catch (IOException e) {
            throw failed(call, e);
        } finally {
            // Whatever of the answer was not read is not wanted: the connection ends here.
            request.cancel();
        }
    }

    private HttpUriRequestBase request(HttpCall call) {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), call.uri());
        call.headers().forEach(request::setHeader);
        request.setHeader("Idempotency-Key", step.stepKey());
        request.setHeader(HttpHeaders.CONNECTION, "close");
        if (call.body() != null) {
            request.setEntity(new StringEntity(call.body(), ContentType.create("text/plain", "UTF-8")));
        }
        return request;
    }

    private Hop understand(HttpCall call, ClassicHttpResponse response) throws CallFailed, IOException {
        int status = response.getCode();
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (isRedirect(status) && location != null) {
            return new Hop.Redirected(status, location.getValue());
        }
        if (status >= 500 || status == 429 || status == 408) {
            ErrorClass errorClass = status == 429 ? ErrorClass.THROTTLED : ErrorClass.SERVER;
            throw new CallFailed(errorClass, sentence(call, "answered " + status), retryAfter(response));
        }
        return new Hop.Answered(reader.read(response, !call.idempotent()));
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private static @Nullable Duration retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        if (header == null || header.getValue() == null) {
            return null;
        }
        if (header.getValue().matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header.getValue()));
        }
        Instant date = DateUtils.parseStandardDate(header.getValue());
        if (date == null) {
            return null;
        }
        Duration until = Duration.between(Instant.now(), date);
        return until.isNegative() ? Duration.ZERO : until;
    }

    private CallFailed failed(HttpCall call, IOException e) throws OutcomeUnknown {
        if (!call.idempotent() && sending.hasBegun()) {
            throw new OutcomeUnknown(sentence(
                    call, "was sent, but the connection was lost before the answer came: it may have happened"));
        }
        return switch (e) {
            case AddressRefused refused -> CallFailed.forGood(String.valueOf(refused.getMessage()));
            case UnknownHostException u ->
                new CallFailed(
                        ErrorClass.CONNECTION, "There is no host " + call.uri().getHost());
            case SSLException s ->
                new CallFailed(ErrorClass.CONNECTION, "No secure connection to " + call.server() + " could be made");
            case ConnectException c ->
                new CallFailed(ErrorClass.CONNECTION, "No connection to " + call.server() + " could be made");
            case SocketTimeoutException t ->
                new CallFailed(ErrorClass.CONNECTION, call.server() + " took too long to connect");
            default -> new CallFailed(ErrorClass.CONNECTION, sentence(call, "lost its connection"));
        };
    }

    private static String sentence(HttpCall call, String what) {
        return call.method() + " " + call.server() + " " + what;
    }
}
