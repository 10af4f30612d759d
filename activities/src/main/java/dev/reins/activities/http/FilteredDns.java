package dev.reins.activities.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names, and literal addresses, to what may be connected to. The client connects to exactly these addresses
 * and asks nobody else, so what is checked is what is connected.
 */
final class FilteredDns implements DnsResolver {
    private final AddressFilter filter;

    FilteredDns(AddressFilter filter) {
        this.filter = filter;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        List<InetSocketAddress> allowed = Arrays.stream(InetAddress.getAllByName(host))
                .filter(address -> filter.allows(host, port, address))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        if (allowed.isEmpty()) {
            throw new AddressRefused(host);
        }
        return allowed;
    }

    /** Without a port no connection can be judged; the client never asks this way. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        throw new AddressRefused(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
