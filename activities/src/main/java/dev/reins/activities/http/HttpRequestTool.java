package dev.reins.activities.http;

import dev.reins.activities.tool.CallFailed;
import dev.reins.activities.tool.CallTraits;
import dev.reins.activities.tool.NotSentInTime;
import dev.reins.activities.tool.OutcomeUnknown;
import dev.reins.activities.tool.Tool;
import dev.reins.activities.tool.ToolCall;
import dev.reins.activities.tool.ToolResult;
import dev.reins.contracts.Category;
import dev.reins.contracts.Effect;
import dev.reins.contracts.ToolSpec;
import java.io.IOException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * Makes one HTTP request. Every call has a connection of its own, which ends with it, so that an abort is seen by the
 * server and a stale connection is never mistaken for a lost answer. Nothing is retried here.
 */
public final class HttpRequestTool implements Tool, AutoCloseable {
    private static final int MAX_CALLS = 10_000;
    private static final ToolSpec SPEC = new ToolSpec(
            "http.request",
            "Makes an HTTP request to a public address and gives status, headers and body. The body of the answer is JSON where"
                    + " its content type says so, else text; it is cut at 1 MiB (truncated: true).",
            """
            {"type": "object", "required": ["method", "url"], "additionalProperties": false,
             "properties": {
               "method": {"enum": ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"]},
               "url": {"type": "string", "minLength": 1, "maxLength": 8192, "description": "http or https, without credentials"},
               "headers": {"type": "object", "maxProperties": 100,
                 "additionalProperties": {"type": "string", "maxLength": 8192}},
               "body": {"description": "text, or JSON to be sent as such"},
               "idempotent": {"type": "boolean",
                 "description": "that a POST or PATCH may be sent again with the same Idempotency-Key"}}}""",
            Category.HTTP,
            Effect.WRITE,
            false,
            false,
            10);

    private final CloseableHttpClient client;

    public HttpRequestTool(AddressFilter filter) {
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new FilteredDns(filter))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(200)
                                        .setMaxLineLength(16_384)
                                        .build())
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(10))
                                .build())
                        .setMaxConnTotal(MAX_CALLS)
                        .setMaxConnPerRoute(MAX_CALLS)
                        .build())
                .setRequestExecutor(new SentMarker())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("reins")
                .build();
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public CallTraits traits(JsonNode input) {
        String method = input.path("method").asString("");
        Effect effect = method.equals("GET") || method.equals("HEAD") ? Effect.READ : Effect.WRITE;
        return new CallTraits(HttpCall.isIdempotent(method, input), effect, SPEC.price());
    }

    @Override
    public ToolResult call(ToolCall call) throws CallFailed, OutcomeUnknown, NotSentInTime {
        HttpAnswer answer = new HttpExchange(client, call).perform(HttpCall.of(call.input()));
        return ToolResult.of(answer.toJson(), "answered " + answer.status());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
