package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code compose/docker-proxy}, in a real HAProxy, lets through to a socket that answers everything. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class DockerProxyTest {
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int port = Gateway.freePort();
    private ServerSocketChannel docker;
    private Process proxy;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isExecutable(HAPROXY), "HAProxy was not found (Debian: apt-get install haproxy)");
        Path socket = folder.resolve("docker.sock");
        docker = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::answerEverything);
        ProcessBuilder builder = new ProcessBuilder(
                        HAPROXY.toString(),
                        "-db",
                        "-f",
                        Modules.ROOT.resolve("compose/docker-proxy/haproxy.cfg").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile());
        builder.environment().put("DOCKER_PROXY_ADDRESS", "127.0.0.1:" + port);
        builder.environment().put("DOCKER_SOCKET", socket.toString());
        proxy = builder.start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!listens()) {
            assertThat(proxy.isAlive() && System.nanoTime() < end)
                    .as(() -> log(folder))
                    .isTrue();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (proxy != null) {
            proxy.destroyForcibly().onExit().join();
        }
        if (docker != null) {
            docker.close();
        }
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("haproxy.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() throws IOException {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    private void answerEverything() {
        try {
            while (true) {
                SocketChannel connection = docker.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private static void answer(SocketChannel connection) {
        try (connection) {
            connection.read(ByteBuffer.allocate(4096));
            connection.write(StandardCharsets.US_ASCII.encode(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"));
        } catch (IOException _) {
            // the proxy has left
        }
    }

    private int ask(String requestLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write((requestLine
                                    + " HTTP/1.1\r\nHost: docker-proxy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1.44/containers/json",
                "GET /v1.44/containers/json?filters=%7B%7D",
                "GET /v1.41/events?filters=%7B%7D"
            })
    void letsThroughWhatTheRouterAsks(String requestLine) throws IOException {
        assertThat(ask(requestLine)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1.44/containers/create",
                "POST /v1.44/containers/json",
                "DELETE /v1.44/containers/json",
                "HEAD /v1.44/containers/json",
                "GET /v1.44/containers/abc/json",
                "GET /v1.44/containers/abc/archive?path=/etc",
                "GET /v1.44/containers/json/",
                "GET /v1.44/containers/json/../../info",
                "GET /v1.44/containers/json%2f..%2finfo",
                "GET /v1.44/images/json",
                "GET /v1.44/secrets",
                "GET /info",
                "GET /"
            })
    void refusesEverythingElse(String requestLine) throws IOException {
        assertThat(ask(requestLine)).isEqualTo(403);
    }
}
