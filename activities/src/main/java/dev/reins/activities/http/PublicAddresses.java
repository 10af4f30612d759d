package dev.reins.activities.http;

import java.net.InetAddress;
import org.springframework.boot.http.client.InetAddressFilter;

/**
 * Which addresses belong to the public Internet, after the IANA registries of special-purpose addresses. Ranges that
 * carry an IPv4 address inside an IPv6 one are refused as a whole: what they lead to depends on the network.
 */
final class PublicAddresses {
    private static final InetAddressFilter IPV4_SPECIAL = InetAddressFilter.of(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared with a carrier's NAT; Alibaba's metadata service
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure's platform service, a public address that is answered inside
            "169.254.0.0/16", // link-local; most clouds' metadata services
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; Oracle's metadata service
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarking
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, broadcast

    /** All of IPv6 that is assigned for global unicast. Loopback, mapped, NAT64, link- and unique-local lie outside. */
    private static final InetAddressFilter IPV6_GLOBAL = InetAddressFilter.of("2000::/3");

    private static final InetAddressFilter IPV6_SPECIAL = InetAddressFilter.of(
            "64:ff9b::/96", // NAT64
            "64:ff9b:1::/48", // NAT64 of a local network
            "2001::/23", // protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "3fff::/20"); // documentation

    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        return address.getAddress().length == 4
                ? !IPV4_SPECIAL.matches(address)
                : IPV6_GLOBAL.matches(address) && !IPV6_SPECIAL.matches(address);
    }
}
