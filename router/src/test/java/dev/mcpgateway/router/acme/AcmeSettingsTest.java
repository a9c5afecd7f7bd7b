package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.acme.AcmeSettings.ChallengeType;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcmeSettingsTest {
    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @Test
    void ordersNothingWithoutAnAddress() {
        assertThat(read(Map.of("ACME_ACCEPT_TERMS", "true"))).isEmpty();
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void asksLetsEncryptOnPort80IfNothingElseIsSaid() {
        AcmeSettings settings = read(Map.of("ACME_EMAIL", "ops@example.com")).orElseThrow();

        assertThat(problems.all()).isEmpty();
        assertThat(settings.directory()).isEqualTo(URI.create("https://acme-v02.api.letsencrypt.org/directory"));
        assertThat(settings.challenge()).isEqualTo(ChallengeType.HTTP_01);
        assertThat(settings.acceptsTerms()).isFalse();
    }

    @Test
    void knowsTheStagingAuthorityByName() {
        AcmeSettings settings = read(Map.of("ACME_EMAIL", "ops@example.com", "ACME_DIRECTORY", "letsencrypt-staging"))
                .orElseThrow();

        assertThat(settings.directoryHost()).isEqualTo("acme-staging-v02.api.letsencrypt.org");
    }

    @Test
    void reportsEverythingAtOnce() throws Exception {
        Path garbage = Files.writeString(folder.resolve("garbage"), "garbage");
        Map<String, String> environment = new HashMap<>(Map.of(
                "ACME_EMAIL", "nobody",
                "ACME_DIRECTORY", "http://ca.example.com/dir",
                "ACME_CHALLENGE", "dns-01",
                "ACME_CA_FILE", garbage.toString(),
                "ACME_EAB_KID", "kid-1"));

        read(environment);

        assertThat(problems.all())
                .anyMatch(problem -> problem.startsWith("ACME_EMAIL=nobody"))
                .anyMatch(problem -> problem.startsWith("ACME_DIRECTORY=http://ca.example.com/dir"))
                .anyMatch(problem -> problem.contains("needs ACME_DNS_HOOK"))
                .anyMatch(problem -> problem.startsWith("ACME_CA_FILE names " + garbage))
                .anyMatch(problem -> problem.startsWith("ACME_EAB_HMAC_KEY is not set"))
                .hasSize(5);
    }

    @Test
    void neverShowsTheKey() {
        read(Map.of("ACME_EMAIL", "ops@example.com", "ACME_EAB_KID", "kid", "ACME_EAB_HMAC_KEY", "not/base64url=="));

        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("ACME_EAB_HMAC_KEY")
                .doesNotContain("not/base64url");
    }

    @Test
    void wantsAHookThatCanBeCalled() throws Exception {
        Path hook = Files.writeString(folder.resolve("hook"), "#!/bin/sh");

        read(Map.of("ACME_EMAIL", "ops@example.com", "ACME_CHALLENGE", "dns-01", "ACME_DNS_HOOK", hook.toString()));

        assertThat(problems.all()).singleElement().asString().contains("is not an executable file");
    }

    @Test
    void wantsNoHookThatIsNeverCalled() throws Exception {
        Path hook = Orders.hook(folder, "exit 0");

        read(Map.of("ACME_EMAIL", "ops@example.com", "ACME_DNS_HOOK", hook.toString()));

        assertThat(problems.all()).singleElement().asString().contains("only ACME_CHALLENGE=dns-01 calls it");
    }

    private Optional<AcmeSettings> read(Map<String, String> environment) {
        return AcmeSettings.read(new Settings(environment, GatewayFile.parse("", "gateway.yaml", problems), problems));
    }
}
