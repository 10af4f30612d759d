package dev.reins.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where PostgreSQL is: a {@code postgresql://user:password@host:port/name?parameters} URL, as {@code REINS_DATABASE_URL}
 * carries it, taken apart for JDBC. User and password may be percent-encoded. Its text never shows the password.
 *
 * @param address host:port, to be named in messages
 * @param jdbcUrl without user and password
 */
public record DatabaseUrl(
        String address,
        String jdbcUrl,
        @Nullable String user,
        @Nullable String password) {
    private static final int DEFAULT_PORT = 5432;

    /** @throws IllegalArgumentException with a sentence that does not repeat the URL, which holds a password */
    public static DatabaseUrl parse(String url) {
        URI uri = uri(url);
        String path = uri.getRawPath();
        if (!isPostgres(uri.getScheme()) || uri.getHost() == null || path == null || path.length() < 2) {
            throw malformed();
        }
        String address = uri.getHost() + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String[] credentials = credentials(uri);
        return new DatabaseUrl(
                address,
                "jdbc:postgresql://" + address + path + query,
                credentials.length > 0 ? decode(credentials[0]) : null,
                credentials.length > 1 ? decode(credentials[1]) : null);
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw malformed(); // without the cause: its message repeats the URL
        }
    }

    private static boolean isPostgres(@Nullable String scheme) {
        return "postgresql".equals(scheme) || "postgres".equals(scheme);
    }

    private static String[] credentials(URI uri) {
        String userInfo = uri.getRawUserInfo();
        return userInfo == null ? new String[0] : userInfo.split(":", 2);
    }

    /** Percent-decoding alone: in this part of a URL a plus sign is a plus sign. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "The database URL is not of the form postgresql://user:password@host:port/name");
    }

    @Override
    public String toString() {
        return jdbcUrl;
    }
}
