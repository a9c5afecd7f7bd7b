package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamTest {
    @ParameterizedTest
    @CsvSource({
        "http://mcp-echo:3000, mcp-echo:3000, /mcp",
        "http://mcp-echo, mcp-echo:80, /mcp",
        "HTTP://mcp-echo:3000/, mcp-echo:3000, /",
        "http://mcp-echo:3000/mcp/, mcp-echo:3000, /mcp/",
        "http://127.0.0.1:3000/a%2Fb, 127.0.0.1:3000, /a%2Fb",
        "http://mcp_echo:3000/mcp, mcp_echo:3000, /mcp",
        "http://[::1]:3000/x, [::1]:3000, /x",
        "https://mcp-echo, mcp-echo:443, /mcp",
        "HTTPS://mcp-echo:3000/x, mcp-echo:3000, /x",
        "unix:/run/mcp.sock, localhost, /mcp",
        "unix:/run/mcp.sock:/x, localhost, /x"
    })
    void readsAnHttpUrl(String url, String authority, String path) {
        Upstream upstream = Upstream.parse("echo", url, "/mcp", UpstreamTimeouts.DEFAULTS);

        assertThat(upstream.authority()).isEqualTo(authority);
        assertThat(upstream.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://mcp-echo/mcp, does not start with http://",
        "mcp-echo:3000, does not start with http://",
        "/mcp, does not start with http://",
        "http://mcp-echo:x/mcp, names no host",
        "http:///mcp, names no host",
        "http://mcp-echo:0/mcp, has a port outside",
        "http://mcp-echo:99999/mcp, has a port outside",
        "http://user:hunter2@mcp-echo/mcp, holds credentials",
        "http://mcp-echo/mcp?key=hunter2, holds credentials",
        "http://mcp-echo/mcp#x, holds credentials",
        "http://mcp echo/hunter2, is not a URL",
        "unix:run/mcp.sock, names no socket by its absolute path",
        "unix:///run/mcp.sock, names no socket by its absolute path",
        "unix:/run/mcp.sock:x, has something behind the socket that is not a path",
        "unix:/run/mcp.sock:/x?hunter2, has something behind the socket that is not a path",
        "unix:/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, names a socket with more than 107 bytes"
    })
    void saysWhatIsWrongWithAUrlAndWhatIsAccepted(String url, String problem) {
        assertThatThrownBy(() -> Upstream.parse("echo", url, "/mcp", UpstreamTimeouts.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The upstream URL of echo " + problem)
                .hasMessageContaining("Accepted: http://HOST[:PORT][/PATH]")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "/mcp, '', /mcp",
        "/mcp, /x?y=%2F, /mcp/x?y=%2F",
        "/mcp, ?y, /mcp?y",
        "/mcp, /, /mcp/",
        "/mcp, //x, /mcp//x",
        "/mcp/, '', /mcp/",
        "/mcp/, /x, /mcp/x",
        "/, '', /",
        "/, /x, /x",
        "/, ?y, /?y"
    })
    void keepsWhatFollowsThePrefixByteForByte(String path, String rest, String target) {
        Upstream upstream = Upstream.parse("echo", "http://mcp-echo:3000" + path, "", UpstreamTimeouts.DEFAULTS);

        assertThat(upstream.target(rest)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mcp", "/mcp?x", "/m cp", "/mcp#x"})
    void refusesAPathThatCannotBeSent(String path) {
        assertThatThrownBy(() -> new UpstreamUrl(new UpstreamUrl.Place.Socket(Path.of("/s")), path))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesServersThatDifferInTheirPath() {
        assertThatThrownBy(() -> upstream("http://a/mcp", 1, "http://b/", 1))
                .hasMessage("The upstream URLs of echo differ in their path. Accepted: the same path in all of them");
    }

    @Test
    void refusesServersThatAllGetNothing() {
        assertThatThrownBy(() -> upstream("http://a", 0, "http://b", 0))
                .hasMessage("The upstream of echo gives no server a weight above 0");
    }

    private static Upstream upstream(String one, int oneWeight, String other, int otherWeight) {
        return new Upstream(
                "echo",
                List.of(
                        Upstream.server("echo", one, oneWeight, "/mcp", null),
                        Upstream.server("echo", other, otherWeight, "/mcp", null)),
                UpstreamTimeouts.DEFAULTS,
                Balancing.DEFAULTS);
    }
}
