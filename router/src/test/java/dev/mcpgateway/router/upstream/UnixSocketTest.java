package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import dev.mcpgateway.router.upstream.UpstreamException.TimedOut;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class UnixSocketTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private final Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    @TempDir
    private Path folder;

    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
    }

    @AfterEach
    void close() throws IOException {
        upstreams.close();
        listener.close();
    }

    @Test
    void requestsGoOverOneConnectionAfterAnother() throws IOException {
        serve(HELLO);
        for (int i = 0; i < 5; i++) {
            assertThat(ask(upstream(Requests.PATIENT))).isEqualTo("hello");
        }

        assertThat(connections).hasValue(1);
        assertThat(requests).hasSize(5).first().asString().startsWith("POST /up HTTP/1.1\r\nHost: localhost\r\n");
        assertThat(upstreams.status().getFirst().endpoints())
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint.address()).isEqualTo("unix:" + folder.resolve("s")));
        assertThat(upstreams.isReachable(upstream(Requests.PATIENT))).isTrue();
    }

    @Test
    void aSilentServerIsGivenUp() {
        serve("");
        Duration brief = Duration.ofMillis(100);

        assertThatThrownBy(() -> ask(upstream(new UpstreamTimeouts(brief, brief, brief, Duration.ZERO))))
                .isInstanceOf(TimedOut.class)
                .hasMessageEndingWith("does not answer");
    }

    @Test
    void aMissingSocketCannotBeConnectedTo() throws IOException {
        listener.close();

        assertThatThrownBy(() -> ask(upstream(Requests.PATIENT))).isInstanceOf(CannotConnect.class);
        assertThat(upstreams.isReachable(upstream(Requests.PATIENT))).isFalse();
    }

    private Upstream upstream(UpstreamTimeouts timeouts) {
        return Upstream.parse("echo", "unix:" + folder.resolve("s") + ":/up", "/mcp", timeouts);
    }

    private String ask(Upstream upstream) throws IOException {
        UpstreamRequest request = new UpstreamRequest(
                "POST", upstream.target(""), HeaderList.EMPTY, RequestBody.NONE, upstream.timeouts());
        try (UpstreamResponse response = upstreams.send(upstream, request)) {
            return new String(response.readUpTo(100), StandardCharsets.ISO_8859_1);
        }
    }

    private void serve(String answer) {
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    SocketChannel channel = listener.accept();
                    connections.incrementAndGet();
                    Thread.startVirtualThread(() -> answer(channel, answer));
                }
            } catch (IOException _) {
                // closed: the test is over
            }
        });
    }

    private void answer(SocketChannel channel, String answer) {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        try (channel) {
            while (channel.read(bytes.clear()) > 0) {
                requests.add(new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1));
                channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException _) {
            // the client left
        }
    }
}
