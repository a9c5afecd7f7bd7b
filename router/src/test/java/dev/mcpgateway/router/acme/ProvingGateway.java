package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.ChallengeCertificates;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.entrypoint.ClientTimeouts;
import dev.mcpgateway.router.entrypoint.ConnectionLimits;
import dev.mcpgateway.router.entrypoint.EntryPoint;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.ListenAddress;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.entrypoint.TrustedProxies;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

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

    private final EntryPoint http;
    private final EntryPoint https;

    /** @param around what is put before the challenges */
    ProvingGateway(Path certificates, UnaryOperator<Handler> around) {
        ChallengeFolder folder = new ChallengeFolder(certificates, Clock.systemUTC());
        Handler handler = around.apply(new Http01Challenges(folder).before(_ -> {
            throw RefusedRequest.of(418, "forwarded", "This was no challenge");
        }));
        TlsAlpnChallenges certificatesOfChallenges = new TlsAlpnChallenges(folder, Clock.systemUTC());
        http = EntryPoint.openHttp(listen("HTTP"), LIMITS, TrustedProxies.NONE, handler);
        https = EntryPoint.openHttps(
                listen("HTTPS"), _ -> tls(certificatesOfChallenges), LIMITS, TrustedProxies.NONE, handler);
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
    }

    private static ListenAddress listen(String name) {
        return new ListenAddress(name, List.of("127.0.0.1"), 0, "-", "-");
    }

    private static SSLContext tls(ChallengeCertificates challenges) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {new ChallengeKeys(challenges)}, null, null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Shows certificates of challenges, and none to anybody who does not speak {@code acme-tls/1}. */
    private static final class ChallengeKeys extends X509ExtendedKeyManager {
        private final ChallengeCertificates challenges;

        private ChallengeKeys(ChallengeCertificates challenges) {
            this.challenges = challenges;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
            SSLSocket tls = (SSLSocket) socket;
            boolean asks = "acme-tls/1".equals(tls.getHandshakeApplicationProtocol()) && keyType.equals("EC");
            return asks
                    ? ((ExtendedSSLSession) tls.getHandshakeSession())
                            .getRequestedServerNames().stream()
                                    .map(name -> ((SNIHostName) name).getAsciiName())
                                    .filter(host -> challenges.find(host).isPresent())
                                    .findFirst()
                                    .orElse(null)
                    : null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String host) {
            return find(host).map(Credential::key).orElse(null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String host) {
            return find(host)
                    .map(credential -> credential.chain().toArray(X509Certificate[]::new))
                    .orElse(null);
        }

        private Optional<Credential> find(String host) {
            return challenges.find(host);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
