package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.TlsProbe;
import dev.mcpgateway.doctor.web.Trust;
import dev.mcpgateway.doctor.web.Urls;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether clients trust the certificate of each host: its names, its dates and the chain that the server sends. */
final class CertificateCheck implements Check {
    private static final Duration SOON = Duration.ofDays(14);
    private static final int NAME_OF_HOST = 2;
    private static final int ADDRESS = 7;

    @Override
    public String name() {
        return "Certificates";
    }

    @Override
    public List<Finding> run(Examination examination) {
        List<Finding> findings = new ArrayList<>();
        for (URI host : examination.hosts()) {
            if (!"https".equalsIgnoreCase(host.getScheme())) {
                findings.add(Finding.problem(
                        host,
                        "is not an https URL",
                        "Tokens travel in clear, and clients refuse such an address.",
                        "Give the gateway a certificate and use its https URL."));
                continue;
            }
            try {
                TlsProbe probe = TlsProbe.of(host, examination.resolver(), examination.timeout());
                findings.addAll(judge(host, probe, examination));
            } catch (IOException e) {
                findings.add(Finding.problem(
                        Urls.authority(host),
                        "no TLS: " + e.getMessage(),
                        "No client gets further than this.",
                        "Check that this port speaks TLS 1.2 or 1.3 and has a certificate for this name; the gateway's"
                                + " log says why it has none."));
            }
        }
        return findings;
    }

    private static List<Finding> judge(URI host, TlsProbe probe, Examination examination) {
        String where = Urls.authority(host);
        X509Certificate leaf = probe.chain().getFirst();
        Instant now = examination.clock().instant();
        List<Finding> findings = new ArrayList<>();
        names(host, leaf).ifPresent(findings::add);
        boolean isInForce = dates(where, probe.chain(), now, findings);
        if (isInForce) {
            chain(where, probe, examination.trust()).ifPresent(findings::add);
        }
        if (!probe.protocol().matches("TLSv1\\.[23]")) {
            findings.add(Finding.problem(
                    where,
                    "speaks " + probe.protocol(),
                    "Versions before TLS 1.2 are broken (RFC 8996), and clients refuse them.",
                    "Allow TLS 1.2 and 1.3 only."));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    where,
                    "%s, certificate from %s, good until %s"
                            .formatted(
                                    probe.protocol(),
                                    issuer(leaf),
                                    date(leaf.getNotAfter().toInstant()))));
        }
        return findings;
    }

    private static Optional<Finding> names(URI host, X509Certificate leaf) {
        List<String> names = names(leaf);
        return names.stream().anyMatch(name -> fits(name, Urls.bare(host.getHost())))
                ? Optional.empty()
                : Optional.of(Finding.problem(
                        Urls.authority(host),
                        "the certificate is for %s"
                                .formatted(names.isEmpty() ? "no name at all" : String.join(", ", names)),
                        "Clients refuse a certificate that does not name the host they asked for. It is often the one of"
                                + " another service, or the one that a proxy shows while it has none.",
                        "Order a certificate for %s, or for all names below its domain.".formatted(host.getHost())));
    }

    private static List<String> names(X509Certificate leaf) {
        try {
            return leaf.getSubjectAlternativeNames() == null
                    ? List.of()
                    : leaf.getSubjectAlternativeNames().stream()
                            .filter(name -> name.getFirst().equals(NAME_OF_HOST)
                                    || name.getFirst().equals(ADDRESS))
                            .map(name -> name.get(1).toString())
                            .toList();
        } catch (CertificateParsingException _) {
            return List.of(); // a certificate for nobody
        }
    }

    private static boolean fits(String name, String host) {
        String pattern = name.toLowerCase(Locale.ROOT);
        String asked = host.toLowerCase(Locale.ROOT);
        int dot = asked.indexOf('.');
        boolean fitsBelow =
                pattern.startsWith("*.") && dot > 0 && asked.substring(dot).equals(pattern.substring(1));
        return pattern.equals(asked) || fitsBelow;
    }

    /** Whether all certificates count at this moment. */
    private static boolean dates(String where, List<X509Certificate> chain, Instant now, List<Finding> findings) {
        for (X509Certificate each : chain) {
            String which = each.equals(chain.getFirst()) ? "the certificate" : "the certificate of " + subject(each);
            Instant until = each.getNotAfter().toInstant();
            if (now.isAfter(until)) {
                findings.add(Finding.problem(
                        where,
                        "%s expired on %s".formatted(which, date(until)),
                        "Clients refuse it.",
                        "Renew it, and find out why that did not happen by itself: port 80 or 443 must be reachable from"
                                + " the Internet for ACME; a renewed file must be loaded."));
                return false;
            }
            if (now.isBefore(each.getNotBefore().toInstant())) {
                findings.add(Finding.problem(
                        where,
                        "%s is not good before %s"
                                .formatted(which, date(each.getNotBefore().toInstant())),
                        "Clients refuse it.",
                        "Check the clocks of this machine and of the one that made it."));
                return false;
            }
            if (now.plus(SOON).isAfter(until)
                    && Duration.between(each.getNotBefore().toInstant(), until).compareTo(SOON.multipliedBy(2)) > 0) {
                findings.add(Finding.warning(
                        where,
                        "%s expires on %s".formatted(which, date(until)),
                        "It should have been renewed by now; when it expires, clients refuse it.",
                        "Look in the log for why the renewal fails."));
            }
        }
        return true;
    }

    private static Optional<Finding> chain(String where, TlsProbe probe, Trust trust) {
        try {
            trust.check(probe.chain());
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(broken(where, probe.chain(), trust, e));
        }
    }

    private static Finding broken(
            String where, List<X509Certificate> chain, Trust trust, CertificateException failure) {
        X509Certificate last = chain.getLast();
        boolean isSelfSigned = last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
        if (isSelfSigned && !trust.knows(last.getSubjectX500Principal())) {
            return Finding.problem(
                    where,
                    "the certificate is from %s, which nobody trusts unless told to".formatted(subject(last)),
                    "Clients refuse it until they are given that authority; hosted clients cannot be.",
                    "For hosted clients use a certificate of a public authority. For a private one give its file to each"
                            + " client (Node: NODE_EXTRA_CA_CERTS), and to this check with --ca FILE.");
        }
        if (!trust.knows(last.getIssuerX500Principal())) {
            return Finding.problem(
                    where,
                    "the server sends %d certificate(s), and the issuer of the last, %s, is neither sent nor trusted"
                            .formatted(chain.size(), issuer(last)),
                    "An intermediate certificate is missing. Browsers fetch it by themselves, so pages look fine; Node,"
                            + " Python, Go and Java clients refuse the connection.",
                    "Give the server the full chain (fullchain.pem, not cert.pem). If the issuer is a private authority,"
                            + " give its file to clients, and to this check with --ca FILE.");
        }
        return Finding.problem(
                where,
                "the certificate is not trusted: " + failure.getMessage(),
                "Clients refuse it.",
                "Send the certificate with the intermediates that lead to a public authority, and nothing else.");
    }

    private static String issuer(X509Certificate certificate) {
        return name(certificate.getIssuerX500Principal().getName());
    }

    private static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal().getName());
    }

    private static String name(String distinguished) {
        return distinguished.isEmpty() ? "an authority without a name" : distinguished;
    }

    private static String date(Instant instant) {
        return instant.toString().lines().map(text -> text.substring(0, 10)).collect(Collectors.joining());
    }
}
