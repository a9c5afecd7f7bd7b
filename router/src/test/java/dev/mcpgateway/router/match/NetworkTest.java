package dev.mcpgateway.router.match;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "10.0.0.0/8, ::ffff:10.1.1.1, true",
        "fd00::/8, fd12:3456::1, true",
        "fd00::/8, fe80::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, localhost, false",
        "0.0.0.0/0, '', false"
    })
    void knowsItsAddresses(String network, String address, boolean inside) {
        assertThat(Network.parse(network).orElseThrow().contains(address)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.0.0.256",
                "010.0.0.1",
                "::1/129",
                "1::2::3",
                "fe80::1%eth0",
                "10.0.0.1/",
                "10.0.0.1/-1",
                "10.0.0.1/8/8",
                ":"
            })
    void refusesWhatIsNone(String text) {
        assertThat(Network.parse(text)).isEmpty();
    }
}
