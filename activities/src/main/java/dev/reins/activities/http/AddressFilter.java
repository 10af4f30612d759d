package dev.reins.activities.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.InetAddressFilter;

/**
 * Decides which addresses may be connected to: public ones, and those that are allowed by name or range. It judges the
 * address that is about to be connected, so neither a redirect nor a changing DNS answer gets past it. Thread-safe.
 */
public final class AddressFilter {
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/\\s]+)(?::(\\d{1,5}))?");

    private record AllowedHost(String host, @Nullable Integer port) {
        boolean matches(String asked, int askedPort) {
            return host.equals(normal(asked)) && (port == null || port == askedPort);
        }
    }

    private final List<AllowedHost> hosts = new ArrayList<>();
    private final List<InetAddressFilter> ranges = new ArrayList<>();

    /**
     * @param allowed {@code host[:port]} or CIDR, comma-separated; an IPv6 host with a port stands in brackets; empty:
     *     public addresses only
     * @throws IllegalArgumentException naming the entry that is neither
     */
    public AddressFilter(String allowed) {
        Arrays.stream(allowed.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .forEach(this::allow);
    }

    private void allow(String entry) {
        if (entry.contains("/") || isBareIpv6(entry)) {
            ranges.add(range(entry));
            return;
        }
        Matcher matcher = HOST_AND_PORT.matcher(entry);
        if (!matcher.matches()) {
            throw notAnEntry(entry, null);
        }
        Integer port = matcher.group(2) == null ? null : Integer.valueOf(matcher.group(2));
        hosts.add(new AllowedHost(normal(matcher.group(1)), port));
    }

    private static InetAddressFilter range(String entry) {
        try {
            return InetAddressFilter.of(entry);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw notAnEntry(entry, e);
        }
    }

    private static IllegalArgumentException notAnEntry(String entry, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "REINS_HTTP_ALLOW: '" + entry + "' is neither host[:port] nor a range such as 10.1.0.0/16", cause);
    }

    private static boolean isBareIpv6(String entry) {
        return entry.indexOf(':') != entry.lastIndexOf(':') && !entry.startsWith("[");
    }

    /**
     * Whether a connection for {@code host} may go to {@code address}.
     *
     * @param host the name or literal address as the URL has it
     */
    public boolean allows(String host, int port, InetAddress address) {
        return PublicAddresses.contains(address)
                || ranges.stream().anyMatch(range -> range.matches(address))
                || hosts.stream().anyMatch(allowed -> allowed.matches(host, port));
    }

    /** A host as it is compared: lower case, without brackets and without the root's dot. */
    private static String normal(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String lower = bare.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
