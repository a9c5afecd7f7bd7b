package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.entrypoint.ClientTimeouts;
import dev.mcpgateway.router.entrypoint.ConnectionLimits;
import dev.mcpgateway.router.entrypoint.EntryPoint;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.ListenAddress;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.entrypoint.TrustedProxies;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Both entry points of a router that shares the folder with whoever orders; what is no challenge gets 418. */
final class ProvingGateway implements AutoCloseable {
    private static final ClientTimeouts TIMEOUTS = new ClientTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            500,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            100, 100, 10, 10, 100, 100, 100, 16_384, 32_768, 1_000_000, TIMEOUTS, Duration.ofSeconds(1));

    private static final String HOST = "proving.example.com";

    private final CertificateStore store;
    private final EntryPoint http;
    private final EntryPoint https;

    /** @param around what is put before the challenges */
    ProvingGateway(Path certificates, UnaryOperator<Handler> around) {
        ChallengeFolder folder = new ChallengeFolder(certificates, Clock.systemUTC());
        Handler handler = around.apply(new Http01Challenges(folder).before(_ -> {
            throw RefusedRequest.of(418, "forwarded", "This was no challenge");
        }));
        store = CertificateStore.open(
                certificates,
                Set.of(HOST),
                Set.of(HOST),
                HOST,
                new TlsAlpnChallenges(folder, Clock.systemUTC()),
                Clock.systemUTC());
        http = EntryPoint.openHttp(listen("HTTP"), LIMITS, TrustedProxies.NONE, handler);
        https = EntryPoint.openHttps(listen("HTTPS"), store, LIMITS, TrustedProxies.NONE, handler);
    }

    ProvingGateway(Path certificates) {
        this(certificates, handler -> handler);
    }

    int httpPort() {
        return http.port();
    }

    int httpsPort() {
        return https.port();
    }

    @Override
    public void close() {
        http.close();
        https.close();
        store.close();
    }

    private static ListenAddress listen(String name) {
        return new ListenAddress(name, List.of("127.0.0.1"), 0, "-", "-");
    }
}
