package dev.mcpgateway.router;

import dev.mcpgateway.router.acme.AcmeAuthority;
import dev.mcpgateway.router.acme.AcmeSettings;
import dev.mcpgateway.router.acme.ChallengeFolder;
import dev.mcpgateway.router.acme.Http01Challenges;
import dev.mcpgateway.router.acme.TlsAlpnChallenges;
import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.certificate.ChallengeCertificates;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.renewal.CertificateNames;
import dev.mcpgateway.router.renewal.CertificateRenewal;
import dev.mcpgateway.router.renewal.Lease;
import dev.mcpgateway.router.renewal.Ledger;
import dev.mcpgateway.router.renewal.Preflight;
import dev.mcpgateway.router.renewal.PreflightPolicy;
import dev.mcpgateway.router.renewal.RenewalParts;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parts of a router that certificates are ordered with; challenges are answered even where nothing is ordered. */
final class OrderedCertificates {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration PREFLIGHT_TIMEOUT = Duration.ofSeconds(5);
    private static final int ORDERS_PER_MINUTE = 10;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Path folder;
    private final Optional<Plan> plan;
    private final Clock clock;
    private final ChallengeFolder challenges;
    private final Http01Challenges http01;

    /** What is ordered, and from whom. */
    record Plan(AcmeSettings authority, CertificateNames names, PreflightPolicy preflight) {
        /** Empty without {@code ACME_EMAIL}. Contradictions are reported. */
        static Optional<Plan> read(Settings settings) {
            Optional<AcmeSettings> authority = AcmeSettings.read(settings);
            List<String> wildcards = settings.get(KnownSettings.ACME_WILDCARDS);
            if (!wildcards.isEmpty() && authority.isEmpty()) {
                settings.problems().add("ACME_WILDCARDS needs ACME_EMAIL, without which nothing is ordered");
            }
            return authority.map(acme -> new Plan(
                    acme,
                    CertificateNames.read(
                            wildcards,
                            acme.directory(),
                            acme.challenge() == AcmeSettings.ChallengeType.DNS_01,
                            settings.problems()),
                    PreflightPolicy.of(settings.get(KnownSettings.ACME_PREFLIGHT))));
        }
    }

    /** @param folder of certificates, shared by all routers */
    OrderedCertificates(Path folder, Optional<Plan> plan, Clock clock) {
        this.folder = folder;
        this.plan = plan;
        this.clock = clock;
        this.challenges = new ChallengeFolder(folder, clock);
        this.http01 = new Http01Challenges(challenges);
    }

    /** What is shown to authorities in handshakes. */
    ChallengeCertificates shown() {
        return new TlsAlpnChallenges(challenges, clock);
    }

    /** Answers authorities that ask by HTTP, and hands on everything else. */
    Handler before(Handler next) {
        return http01.before(next);
    }

    /** Begins to order what the store's hosts lack; challenges must be answered by now. Empty if nothing is ordered. */
    Optional<CertificateRenewal> start(CertificateStore store) {
        return plan.map(ordered -> {
            Path shared = folder.resolve("acme");
            RenewalParts parts = new RenewalParts(
                    ordered.names(),
                    new AcmeAuthority(ordered.authority(), folder, challenges, clock),
                    store.issued(),
                    new Ledger(shared, ordered.authority().directory().toString(), ORDERS_PER_MINUTE, clock),
                    new Lease(shared, router(), LEASE, clock),
                    new Preflight(method(ordered.authority()), LookUp.system(), PREFLIGHT_TIMEOUT),
                    ordered.preflight(),
                    (certificate, credential) -> store.offer(certificate.name(), credential),
                    clock);
            CertificateRenewal renewal = CertificateRenewal.start(parts, Set.of());
            store.onNeed(renewal::use);
            return renewal;
        });
    }

    /** For people who ask which of several orders. */
    private static String router() {
        return "%s, process %d"
                .formatted(
                        Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this machine"),
                        ProcessHandle.current().pid());
    }

    private Preflight.Method method(AcmeSettings authority) {
        return switch (authority.challenge()) {
            case HTTP_01 -> new Preflight.Method.Http01(http01, HTTP_PORT);
            case TLS_ALPN_01 -> new Preflight.Method.TlsAlpn01(HTTPS_PORT);
            case DNS_01 -> new Preflight.Method.Dns01();
        };
    }
}
