package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.acme.AcmeSettings.ChallengeType;
import dev.mcpgateway.router.acme.AcmeSettings.ExternalAccount;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How tests order: by HTTP-01 with accepted terms, unless they say otherwise. */
record Orders(AcmeSettings settings, Clock clock) {
    static Orders from(Pebble pebble) {
        return from(pebble.directory(), pebble.caFile());
    }

    static Orders from(URI directory, @Nullable Path caFile) {
        return new Orders(
                new AcmeSettings(
                        "ops@example.com",
                        directory,
                        true,
                        ChallengeType.HTTP_01,
                        caFile,
                        null,
                        null,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        null),
                Clock.systemUTC());
    }

    Orders by(ChallengeType challenge) {
        return with(settings.email(), true, challenge, null, null, Duration.ofSeconds(10), null);
    }

    Orders byDns(Path hook) {
        return byDns(hook, Duration.ofSeconds(10));
    }

    Orders byDns(Path hook, Duration wait) {
        return with(settings.email(), true, ChallengeType.DNS_01, null, hook, wait, null);
    }

    Orders as(String email) {
        return with(email, true, ChallengeType.HTTP_01, null, null, Duration.ofSeconds(10), null);
    }

    Orders boundTo(@Nullable ExternalAccount external) {
        return with(settings.email(), true, ChallengeType.HTTP_01, external, null, Duration.ofSeconds(10), null);
    }

    Orders withoutAcceptingTerms() {
        return with(settings.email(), false, ChallengeType.HTTP_01, null, null, Duration.ofSeconds(10), null);
    }

    Orders profile(String profile) {
        return with(settings.email(), true, ChallengeType.HTTP_01, null, null, Duration.ofSeconds(10), profile);
    }

    Orders at(Clock other) {
        return new Orders(settings, other);
    }

    Orders waiting(Duration requestTimeout) {
        return new Orders(
                new AcmeSettings(
                        settings.email(),
                        settings.directory(),
                        true,
                        settings.challenge(),
                        settings.caFile(),
                        null,
                        null,
                        settings.dnsWait(),
                        requestTimeout,
                        settings.orderTimeout(),
                        null),
                clock);
    }

    AcmeAuthority authority(Path certificates) {
        return new AcmeAuthority(settings, certificates, new ChallengeFolder(certificates, clock), clock);
    }

    /** An executable script in this folder. */
    static Path hook(Path folder, String script) throws IOException {
        Path hook = Files.createTempFile(
                folder,
                "hook",
                ".sh",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(hook, "#!/bin/sh\n" + script);
    }

    private Orders with(
            String email,
            boolean terms,
            ChallengeType challenge,
            @Nullable ExternalAccount external,
            @Nullable Path hook,
            Duration dnsWait,
            @Nullable String profile) {
        return new Orders(
                new AcmeSettings(
                        email,
                        settings.directory(),
                        terms,
                        challenge,
                        settings.caFile(),
                        external,
                        hook,
                        dnsWait,
                        settings.requestTimeout(),
                        settings.orderTimeout(),
                        profile),
                clock);
    }
}
