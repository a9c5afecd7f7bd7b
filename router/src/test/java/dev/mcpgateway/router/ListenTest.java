package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.entrypoint.CannotListenException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ListenTest {
    @Test
    void saysWhichPortIsTakenAndWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() ->
                            TestRouter.setup().with("ROUTER_HTTPS_PORT", port).start())
                    .isInstanceOf(CannotListenException.class)
                    .hasMessageContaining("HTTPS cannot listen on 127.0.0.1 port " + port)
                    .hasMessageContaining("Address already in use")
                    .hasMessageContaining("ROUTER_HTTPS_PORT");
        }
    }

    @Test
    void leavesNothingRunningWhenItCannotStart() throws IOException {
        int httpPort = TestRouter.freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> TestRouter.setup()
                            .with("ROUTER_HTTP_PORT", Integer.toString(httpPort))
                            .with("ROUTER_HTTPS_PORT", Integer.toString(taken.getLocalPort()))
                            .start())
                    .isInstanceOf(CannotListenException.class);
        }
        try (ServerSocket free = new ServerSocket(httpPort, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void listensOnSeveralAddressesWithOnePort() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .with("ROUTER_ADDRESS", "127.0.0.1, ::1")
                .with("ROUTER_HTTPS_PORT", "0")
                .start()) {
            int port = router.router().httpsPort();
            assertThat(port).isPositive();
            try (Socket four = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                assertThat(four.isConnected()).isTrue();
            }
            if (hasIpv6Loopback()) {
                try (Socket six = new Socket(InetAddress.ofLiteral("::1"), port)) {
                    assertThat(six.isConnected()).isTrue();
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertThatThrownBy(() ->
                        TestRouter.setup().with("ROUTER_ADDRESS", "example.com").start())
                .isInstanceOf(CannotListenException.class)
                .hasMessageContaining("ROUTER_ADDRESS");
    }

    private static boolean hasIpv6Loopback() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }
}
