package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private final Problems problems = new Problems();

    @TempDir
    Path folder;

    @Test
    void prefersTheEnvironmentThenAFileThenYamlThenTheDefault() throws IOException {
        Path valueFile = Files.writeString(folder.resolve("lifetime"), "20m\n");
        GatewayFile yaml = GatewayFile.parse("settings: {ACCESS_TOKEN_LIFETIME: 30m}", "gateway.yaml", problems);

        assertThat(lifetime(Map.of("ACCESS_TOKEN_LIFETIME", "10m", "ACCESS_TOKEN_LIFETIME_FILE", "" + valueFile), yaml))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(lifetime(Map.of("ACCESS_TOKEN_LIFETIME_FILE", "" + valueFile), yaml))
                .isEqualTo(Duration.ofMinutes(20));
        assertThat(lifetime(Map.of(), yaml)).isEqualTo(Duration.ofMinutes(30));
        assertThat(lifetime(Map.of(), GatewayFile.empty())).isEqualTo(Duration.ofHours(1));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void readsABareNumberAsSeconds() {
        assertThat(lifetime(Map.of("ACCESS_TOKEN_LIFETIME", "86400"), GatewayFile.empty()))
                .isEqualTo(Duration.ofDays(1));
    }

    @Test
    void countsAnEmptyVariableAsNotSet() {
        assertThat(settings(Map.of("BASE_DOMAIN", "")).isSet(KnownSettings.BASE_DOMAIN))
                .isFalse();
    }

    @Test
    void reportsEveryProblemTogetherWithWhatIsAccepted() {
        Settings settings = settings(Map.of("ACCESS_TOKEN_LIFETIME", "soon", "ORACLE_PORT", "70000"));

        settings.get(KnownSettings.ACCESS_TOKEN_LIFETIME);
        settings.get(KnownSettings.ORACLE_PORT);

        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("the settings have 2 problems:\n")
                .hasMessageContaining(
                        "ACCESS_TOKEN_LIFETIME=soon is not accepted: accepted is a duration from 1s to 1d")
                .hasMessageContaining("ORACLE_PORT=70000 is not accepted: accepted is a whole number from 0 to 65535");
    }

    @Test
    void namesARequiredSettingThatIsMissingAndReadsOn() {
        Settings settings = settings(Map.of("ORACLE_PORT", "many"));

        settings.get(KnownSettings.BASE_DOMAIN);
        settings.get(KnownSettings.ORACLE_PORT);

        assertThat(problems.all()).hasSize(2);
        assertThat(problems.all().getFirst())
                .startsWith("BASE_DOMAIN is not set: accepted is a host name such as example.com");
    }

    @Test
    void namesTheSettingThatAMisspelledVariableWasMeantToBe() {
        settings(Map.of("ACCESS_TOKEN_LIFTIME", "5s", "STORAGE_ULR_FILE", "x", "PATH", "/bin", "HOME", "/root"));

        assertThat(problems.all())
                .containsExactlyInAnyOrder(
                        "ACCESS_TOKEN_LIFTIME is not a setting; did you mean ACCESS_TOKEN_LIFETIME?",
                        "STORAGE_ULR_FILE is not a setting; did you mean STORAGE_URL?");
    }

    @Test
    void takesAVariableOfTheReferenceStackForNoMisspelling() {
        settings(Map.of("REDIS_SSL", "false"));

        assertThat(problems.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.example",
                "https://github.example/api/v3",
                "http://127.0.0.1:8080",
                "http://127.1.2.3",
                "http://[::1]:8080/api",
                "http://localhost:8080"
            })
    void acceptsASecureUrl(String url) {
        assertThat(settings(Map.of("GITHUB_URL", url)).get(KnownSettings.GITHUB_URL))
                .isEqualTo(URI.create(url));
        assertThat(problems.all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://github.example",
                "http://127.0.0.1.example",
                "http://localhost.example",
                "http://[::2]",
                "http://user@127.0.0.1",
                "ftp://127.0.0.1",
                "github.example",
                "https://github.example?x=y"
            })
    void refusesAUrlOverWhichOthersCouldListen(String url) {
        settings(Map.of("GITHUB_URL", url)).get(KnownSettings.GITHUB_URL);

        assertThat(problems.all())
                .containsExactly("GITHUB_URL=" + url
                        + " is not accepted: accepted is a URL that begins with https://; http:// only for 127.0.0.1,"
                        + " [::1] or localhost");
    }

    @Test
    void reportsAFileThatCannotBeRead() {
        settings(Map.of("STORAGE_URL_FILE", folder.resolve("missing").toString()))
                .find(KnownSettings.STORAGE_URL);

        assertThat(problems.all()).singleElement().asString().startsWith("STORAGE_URL_FILE names ");
    }

    @Test
    void neverShowsASecret() {
        Secret secret = settings(Map.of("GATEWAY_JWT_SECRET", "tell-nobody"))
                .find(KnownSettings.GATEWAY_JWT_SECRET)
                .orElseThrow();

        assertThat(secret).hasToString("[redacted]");
        assertThat(secret.reveal()).isEqualTo("tell-nobody");
        assertThat(secret.matches("tell-nobody")).isTrue();
        assertThat(secret.matches("tell-nobodY")).isFalse();
    }

    private Duration lifetime(Map<String, String> environment, GatewayFile file) {
        return new Settings(environment, file, problems).get(KnownSettings.ACCESS_TOKEN_LIFETIME);
    }

    private Settings settings(Map<String, String> environment) {
        return new Settings(environment, GatewayFile.empty(), problems);
    }
}
