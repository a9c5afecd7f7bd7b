package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are no ACME authorities, or have gone mad: they end in words and within bounds. */
class StrangeAnswerTest {
    @TempDir
    Path certificates;

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Thread::startVirtualThread);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    @Test
    void aPage() {
        OrderException failure = failure(exchange -> answer(exchange, "text/html", "<h1>Welcome</h1>"));

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("not ACME").hasMessageContaining("ACME_DIRECTORY");
    }

    @Test
    void garbageThatClaimsToBeJson() {
        OrderException failure = failure(exchange -> answer(exchange, "application/json", "{{{"));

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("not ACME");
    }

    @Test
    void anEmptyDirectory() {
        OrderException failure = failure(exchange -> answer(exchange, "application/json", "{}"));

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("newAccount");
    }

    @Test
    void anAnswerThatNeverEnds() {
        OrderException failure = failure(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(piece);
            }
        });

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    @Timeout(10)
    void anAnswerWhoseBodyDoesNotCome() {
        Instant begun = Instant.now();

        OrderException failure = failure(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEnd();
        });

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("ACME_REQUEST_TIMEOUT");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    private OrderException failure(HttpHandler handler) {
        server.createContext("/", handler);
        URI directory = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/dir");
        AcmeAuthority authority =
                Orders.from(directory, null).waiting(Duration.ofSeconds(1)).authority(certificates);
        return catchThrowableOfType(
                OrderException.class, () -> authority.order(List.of("a.example.com"), Optional.empty()));
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops
        }
    }

    private static void answer(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
