package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthcheckTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private HttpServer service;
    private int status = 200;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void isHealthyWhereTheServiceIsReadyAtWhateverAddressItListens() {
        assertThat(check("0.0.0.0")).isZero();
        assertThat(check("127.0.0.1")).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void isUnhealthyWhereTheServiceSaysThatItIsNotReady() {
        status = 503;

        assertThat(check("127.0.0.1")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("not ready").contains("503");
    }

    @Test
    void saysWhereNothingAnswers() {
        int port = service.getAddress().getPort();
        service.stop(0);

        assertThat(check("127.0.0.1", port)).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("nothing answers at 127.0.0.1 port " + port)
                .contains("ROUTER_MANAGEMENT_PORT");
    }

    private int check(String address) {
        return check(address, service.getAddress().getPort());
    }

    private int check(String address, int port) {
        Map<String, String> environment =
                Map.of("ROUTER_MANAGEMENT_ADDRESS", address, "ROUTER_MANAGEMENT_PORT", Integer.toString(port));
        return Healthcheck.run(
                KnownSettings.ROUTER_MANAGEMENT_ADDRESS,
                KnownSettings.ROUTER_MANAGEMENT_PORT,
                new Settings(environment, GatewayFile.empty(), new Problems()),
                new PrintStream(said, true, StandardCharsets.UTF_8));
    }
}
