package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Authorities;
import dev.mcpgateway.settings.Format;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which authority is asked, and how.
 *
 * @param directory the URL of its directory
 * @param acceptsTerms whether the operator has accepted its terms of service
 * @param caFile whom to trust as its server; null for the CAs of the Java runtime
 * @param external what its account is bound to; null if to nothing
 * @param dnsHook set if hosts are proven in the DNS
 * @param dnsWait how long one call of the hook may take
 * @param requestTimeout for one answer of the authority, its body included
 * @param orderTimeout for the authority's checks, and again for its issuing
 * @param profile of the certificates; null for the authority's own choice
 */
public record AcmeSettings(
        String email,
        URI directory,
        boolean acceptsTerms,
        ChallengeType challenge,
        @Nullable Path caFile,
        @Nullable ExternalAccount external,
        @Nullable Path dnsHook,
        Duration dnsWait,
        Duration requestTimeout,
        Duration orderTimeout,
        @Nullable String profile) {

    private static final Map<String, URI> DIRECTORIES = Map.of(
            "letsencrypt", URI.create("https://acme-v02.api.letsencrypt.org/directory"),
            "letsencrypt-staging", URI.create("https://acme-staging-v02.api.letsencrypt.org/directory"));
    private static final Pattern EMAIL = Pattern.compile("[^@\\s,?<>]+@[^@\\s,?<>]+");

    /** How a host is proven. */
    public enum ChallengeType {
        HTTP_01("http-01"),
        TLS_ALPN_01("tls-alpn-01"),
        /** The only one that is good for wildcards. */
        DNS_01("dns-01");

        private final String type;

        ChallengeType(String type) {
            this.type = type;
        }

        /** As ACME spells it. */
        public String type() {
            return type;
        }
    }

    /**
     * An account that the operator has with the authority (RFC 8555, section 7.3.4).
     *
     * @param hmacKey base64url
     */
    public record ExternalAccount(String kid, Secret hmacKey) {}

    /** Reads them, and reports what is wrong; empty if {@code ACME_EMAIL} is not set, so that nothing is ordered. */
    public static Optional<AcmeSettings> read(Settings settings) {
        Optional<String> email = settings.find(KnownSettings.ACME_EMAIL);
        if (email.isEmpty()) {
            return Optional.empty();
        }
        Problems problems = settings.problems();
        if (!EMAIL.matcher(email.get()).matches()) {
            problems.add("ACME_EMAIL=%s is not accepted: accepted is one e-mail address".formatted(email.get()));
        }
        ChallengeType challenge = challenge(settings.get(KnownSettings.ACME_CHALLENGE));
        return Optional.of(new AcmeSettings(
                email.get(),
                directory(settings.get(KnownSettings.ACME_DIRECTORY), problems),
                settings.get(KnownSettings.ACME_ACCEPT_TERMS).equals("true"),
                challenge,
                caFile(settings),
                external(settings),
                dnsHook(settings, challenge),
                settings.get(KnownSettings.ACME_DNS_WAIT),
                settings.get(KnownSettings.ACME_REQUEST_TIMEOUT),
                settings.get(KnownSettings.ACME_ORDER_TIMEOUT),
                settings.find(KnownSettings.ACME_PROFILE).orElse(null)));
    }

    /** Names the authority in messages and in the file system. */
    String directoryHost() {
        String port = directory.getPort() == -1 ? "" : "_" + directory.getPort();
        return directory.getHost() + port;
    }

    private static ChallengeType challenge(String written) {
        for (ChallengeType type : ChallengeType.values()) {
            if (type.type().equals(written)) {
                return type;
            }
        }
        throw new IllegalArgumentException(written);
    }

    private static URI directory(String written, Problems problems) {
        URI known = DIRECTORIES.get(written);
        if (known != null) {
            return known;
        }
        return Format.secureUrl().parse().apply(written).orElseGet(() -> {
            problems.add("ACME_DIRECTORY=%s is not accepted: accepted is %s"
                    .formatted(written, KnownSettings.ACME_DIRECTORY.format().accepts()));
            return URI.create("https://stand-in.invalid");
        });
    }

    private static @Nullable Path caFile(Settings settings) {
        Optional<Path> file = settings.find(KnownSettings.ACME_CA_FILE);
        file.ifPresent(path -> {
            try {
                Authorities.read(path);
            } catch (IOException | GeneralSecurityException e) {
                settings.problems()
                        .add("ACME_CA_FILE names %s, which cannot be used (%s): accepted is %s"
                                .formatted(
                                        path,
                                        OrderFailures.shortly(e),
                                        KnownSettings.ACME_CA_FILE.format().accepts()));
            }
        });
        return file.orElse(null);
    }

    private static @Nullable ExternalAccount external(Settings settings) {
        Optional<String> kid = settings.find(KnownSettings.ACME_EAB_KID);
        Optional<Secret> key = settings.find(KnownSettings.ACME_EAB_HMAC_KEY);
        if (kid.isPresent() != key.isPresent()) {
            settings.problems()
                    .add(
                            "%s is not set: ACME_EAB_KID and ACME_EAB_HMAC_KEY belong together, and the authority gives out both"
                                    .formatted(kid.isPresent() ? "ACME_EAB_HMAC_KEY" : "ACME_EAB_KID"));
        }
        if (key.isPresent() && !key.get().reveal().matches("[A-Za-z0-9_-]{8,}")) {
            settings.problems()
                    .add("ACME_EAB_HMAC_KEY is not accepted: accepted is %s, without padding"
                            .formatted(KnownSettings.ACME_EAB_HMAC_KEY.format().accepts()));
        }
        return kid.isPresent() && key.isPresent() ? new ExternalAccount(kid.get(), key.get()) : null;
    }

    private static @Nullable Path dnsHook(Settings settings, ChallengeType challenge) {
        Optional<Path> hook = settings.find(KnownSettings.ACME_DNS_HOOK);
        if (challenge == ChallengeType.DNS_01 && hook.isEmpty()) {
            settings.problems().add("ACME_CHALLENGE=dns-01 needs ACME_DNS_HOOK, the program that changes your DNS");
        }
        if (challenge != ChallengeType.DNS_01 && hook.isPresent()) {
            settings.problems().add("ACME_DNS_HOOK is set, but only ACME_CHALLENGE=dns-01 calls it");
        }
        hook.filter(path -> !Files.isRegularFile(path) || !Files.isExecutable(path))
                .ifPresent(path -> settings.problems()
                        .add("ACME_DNS_HOOK names %s, which is not %s"
                                .formatted(
                                        path,
                                        KnownSettings.ACME_DNS_HOOK.format().accepts())));
        return hook.orElse(null);
    }
}
