package dev.reins.activities.http;

import dev.reins.activities.tool.CallFailed;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is asked of one server: a call as its step gives it, or what a redirect makes of it.
 *
 * @param headers names in lower case
 * @param body null: none
 */
record HttpCall(
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable String body,
        boolean idempotent) {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Set<String> NOT_THE_CALLERS = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "idempotency-key",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    /** What may follow a redirect to another origin: nothing that could be a secret. */
    private static final Set<String> HARMLESS =
            Set.of("accept", "accept-encoding", "accept-language", "content-type", "user-agent");

    static HttpCall of(JsonNode input) throws CallFailed {
        String method = input.path("method").asString("");
        JsonNode body = input.path("body");
        Map<String, String> headers = headers(input.path("headers"));
        if (body.isContainer()) {
            headers.putIfAbsent("content-type", "application/json");
        }
        return new HttpCall(
                method, checked(input.path("url").asString("")), headers, text(body), isIdempotent(method, input));
    }

    /** GET, HEAD, PUT and DELETE by definition; POST and PATCH where the caller says so. */
    static boolean isIdempotent(String method, JsonNode input) {
        return switch (method) {
            case "GET", "HEAD", "PUT", "DELETE" -> true;
            default -> input.path("idempotent").asBoolean(false);
        };
    }

    private static @Nullable String text(JsonNode body) {
        if (body.isMissingNode() || body.isNull()) {
            return null;
        }
        return body.isString() ? body.stringValue() : body.toString();
    }

    private static Map<String, String> headers(JsonNode given) throws CallFailed {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            String value = header.getValue().asString("");
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw CallFailed.forGood("A header has a name or value that HTTP does not allow");
            }
            if (NOT_THE_CALLERS.contains(name)) {
                throw CallFailed.forGood("The header " + name + " is not the caller's to set");
            }
            headers.put(name, value);
        }
        return headers;
    }

    private static URI checked(String url) throws CallFailed {
        try {
            return checked(new URI(url));
        } catch (URISyntaxException e) {
            throw CallFailed.forGood("The URL is not valid");
        }
    }

    private static URI checked(URI uri) throws CallFailed {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw CallFailed.forGood("Only http and https URLs can be requested");
        }
        if (uri.getRawUserInfo() != null) {
            throw CallFailed.forGood("A URL must not carry credentials");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw CallFailed.forGood("The URL has no valid host and port");
        }
        return uri;
    }

    /** The call that a redirect asks for: POST becomes GET at 301 and 302, everything but HEAD at 303 (WHATWG Fetch). */
    HttpCall redirected(int status, String location) throws CallFailed {
        URI target = target(location);
        boolean toGet = status == 303 ? !method.equals("HEAD") : status < 303 && method.equals("POST");
        Map<String, String> kept = new LinkedHashMap<>(headers);
        if (!origin(target).equals(origin(uri))) {
            kept.keySet().retainAll(HARMLESS);
        }
        if (toGet) {
            kept.remove("content-type");
        }
        return new HttpCall(toGet ? "GET" : method, target, kept, toGet ? null : body, idempotent);
    }

    private URI target(String location) throws CallFailed {
        try {
            return checked(uri.resolve(new URI(location)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw CallFailed.forGood(server() + " redirects to something that is no URL");
        }
    }

    private static String origin(URI uri) {
        return (uri.getScheme() + "://" + uri.getHost() + ":" + port(uri)).toLowerCase(Locale.ROOT);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** {@code host:port}, for messages: a URL's path and query may hold secrets. */
    String server() {
        return uri.getHost() + ":" + port(uri);
    }
}
