package dev.reins.activities.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "100.100.100.200",
                "127.0.0.1",
                "127.0.0.2",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "169.254.170.2",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:0:8.8.8.8",
                "64:ff9b::10.0.0.1",
                "64:ff9b::8.8.8.8",
                "64:ff9b:1::10.0.0.1",
                "64:ff9b:1:2::1",
                "100::1",
                "2001::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:a00:1::",
                "2002:808:808::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fdff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1"
            })
    void refusesWhatIsNotPublic(String address) throws UnknownHostException {
        assertThat(new AddressFilter("").allows(address, 80, InetAddress.getByName(address)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "126.255.255.255",
                "128.0.0.1",
                "168.63.129.15",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.1",
                "192.0.1.1",
                "192.167.255.255",
                "192.169.0.1",
                "198.17.255.255",
                "198.20.0.1",
                "223.255.255.255",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700:4700::1111",
                "2a00:1450::1",
                "::ffff:8.8.8.8"
            })
    void allowsWhatIsPublic(String address) throws UnknownHostException {
        assertThat(new AddressFilter("").allows("example.com", 443, InetAddress.getByName(address)))
                .isTrue();
    }

    @Test
    void opensAHostOnAllOfItsPortsOrOnOne() throws UnknownHostException {
        AddressFilter filter = new AddressFilter(" tracker.local , Localhost:8080,[::1]:9000 ");
        InetAddress inside = InetAddress.getByName("127.0.0.1");

        assertThat(filter.allows("tracker.local", 1234, inside)).isTrue();
        assertThat(filter.allows("TRACKER.local.", 1234, inside)).isTrue();
        assertThat(filter.allows("localhost", 8080, inside)).isTrue();
        assertThat(filter.allows("localhost", 8081, inside)).isFalse();
        assertThat(filter.allows("::1", 9000, InetAddress.getByName("::1"))).isTrue();
        assertThat(filter.allows("other.local", 8080, inside)).isFalse();
    }

    @Test
    void opensRangesUnderWhateverName() throws UnknownHostException {
        AddressFilter filter = new AddressFilter("10.1.0.0/16,fd12::/16,::1");

        assertThat(filter.allows("a", 80, InetAddress.getByName("10.1.2.3"))).isTrue();
        assertThat(filter.allows("a", 80, InetAddress.getByName("::ffff:10.1.2.3")))
                .isTrue();
        assertThat(filter.allows("a", 80, InetAddress.getByName("10.2.2.3"))).isFalse();
        assertThat(filter.allows("a", 80, InetAddress.getByName("fd12::7"))).isTrue();
        assertThat(filter.allows("a", 80, InetAddress.getByName("fd13::7"))).isFalse();
        assertThat(filter.allows("a", 80, InetAddress.getByName("::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:port", "10.0.0.0/99", "name/8", "http://host", "a b", "10.0.0.0/", "[::1"})
    void namesTheEntryItCannotRead(String entry) {
        assertThatThrownBy(() -> new AddressFilter("ok.example," + entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("REINS_HTTP_ALLOW: '" + entry + "'");
    }
}
