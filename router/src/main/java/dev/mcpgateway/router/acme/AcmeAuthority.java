package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.renewal.CertificateAuthority;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.RenewalWindow;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * The authority whose directory is {@code ACME_DIRECTORY}. Nothing is kept between calls but the account's key, so an
 * authority may forget everything it knew. Orders are for one thread at a time among all routers of the folder.
 */
public final class AcmeAuthority implements CertificateAuthority {
    /** Where the authority does not say; RFC 9773, section 4.3.2 wants about this. */
    private static final Duration ASK_AGAIN = Duration.ofHours(6);

    private static final Duration ASK_AT_MOST_EVERY = Duration.ofMinutes(1);

    private final AcmeSettings settings;
    private final AcmeAccount account;
    private final ChallengeAnswers answers;
    private final OrderFailures failures;
    private final Clock clock;

    /**
     * @param certificates the shared folder of certificates
     * @param challenges where the routers find what they answer; of the same folder
     */
    public AcmeAuthority(AcmeSettings settings, Path certificates, ChallengeFolder challenges, Clock clock) {
        this.settings = settings;
        this.account = new AcmeAccount(settings, certificates, clock);
        this.answers = switch (settings.challenge()) {
            case HTTP_01 -> new Http01Challenges(challenges);
            case TLS_ALPN_01 -> new TlsAlpnChallenges(challenges, clock);
            case DNS_01 -> new DnsHook(Objects.requireNonNull(settings.dnsHook()), settings.dnsWait());
        };
        this.failures = new OrderFailures(settings.directoryHost());
        this.clock = clock;
    }

    @Override
    public Credential order(List<String> names, Optional<X509Certificate> replaced) throws OrderException {
        return ask(
                "looking for the account",
                server -> new CertificateOrder(
                                settings, server, account.logIn(server.session()), answers, failures, clock)
                        .place(names, replaced));
    }

    @Override
    public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) throws OrderException {
        return ask("asking when to renew", server -> {
            Optional<URL> renewals = server.session().resourceUrlOptional(Resource.RENEWAL_INFO);
            Optional<String> id = renewalId(certificate);
            return renewals.isPresent() && id.isPresent()
                    ? Optional.of(renewalWindow(server, renewals.get(), id.get()))
                    : Optional.empty();
        });
    }

    /** What identifies a certificate to the authority that issued it; empty for one that no such authority did. */
    static Optional<String> renewalId(X509Certificate certificate) {
        try {
            return Optional.of(AcmeUtils.getRenewalUniqueIdentifier(certificate));
        } catch (AcmeProtocolException _) {
            return Optional.empty(); // it does not name its issuer's key, as all of ACME's do
        }
    }

    private RenewalWindow renewalWindow(AcmeServer server, URL renewals, String id)
            throws AcmeException, IOException, OrderException {
        String base = renewals.toString();
        URL url = URI.create(base + (base.endsWith("/") ? "" : "/") + id).toURL();
        Session session = server.session();
        try (Connection connection = session.connect()) {
            connection.sendRequest(url, session, null);
            JSON window = connection.readJsonResponse().get("suggestedWindow").asObject();
            Instant start = window.get("start").asInstant();
            Instant end = window.get("end").asInstant();
            if (!start.isBefore(end)) {
                throw failures.refused("suggests to renew in a time that ends before it begins");
            }
            return new RenewalWindow(start, end, askAgain(server.retryAfter()));
        }
    }

    private Instant askAgain(Optional<Instant> told) {
        Instant now = clock.instant();
        Instant soonest = now.plus(ASK_AT_MOST_EVERY);
        return told.map(time -> time.isBefore(soonest) ? soonest : time).orElse(now.plus(ASK_AGAIN));
    }

    private interface Request<T> {
        T send(AcmeServer server) throws AcmeException, IOException, OrderException;
    }

    private <T> T ask(String doing, Request<T> request) throws OrderException {
        try (AcmeServer server = AcmeServer.open(settings, clock)) {
            try {
                return request.send(server);
            } catch (AcmeException | RuntimeException e) { // the library throws both for what an authority does wrong
                throw failures.of(doing, e, server.retryAfter());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new OrderException(
                    OrderException.Reason.LOCAL,
                    "ACME_CA_FILE cannot be used (%s)".formatted(OrderFailures.shortly(e)),
                    Optional.empty(),
                    e);
        }
    }
}
