package dev.mcpgateway.oracle.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.identity.GithubSettings;
import dev.mcpgateway.oracle.identity.Profile;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import dev.mcpgateway.storage.Grant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OracleSettingsTest {
    private static final String SECRET = "0123456789012345678901234567890123456789";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void setWhatIsNeeded() {
        environment.put("BASE_DOMAIN", "example.com");
        environment.put("VERIFY_SECRET", SECRET);
        environment.put("STORAGE_URL", "jdbc:h2:mem:x");
        environment.put("KEYS_DIR", folder.resolve("keys").toString());
    }

    private OracleSettings read(String yaml) {
        Problems problems = new Problems();
        return OracleSettings.read(
                new Settings(environment, GatewayFile.parse(yaml, "gateway.yaml", problems), problems));
    }

    @Test
    void letsNoGrantLiveLongerThanRevocationsAreRemembered() {
        var lifetime = KnownSettings.GRANT_LIFETIME.format().parse();
        long longest = Grant.LONGEST_LIFETIME.toSeconds();

        assertThat(lifetime.apply(longest + "s")).contains(Grant.LONGEST_LIFETIME);
        assertThat(lifetime.apply(longest + 1 + "s")).isEmpty();
    }

    @Test
    void derivesResourcesAndPolicies() {
        environment.put("ALLOWED_GITHUB_USERS", "alice");

        OracleSettings settings = read("services: {echo: {upstream: x}, files: {upstream: x, allow: ['local:bob']}}");

        assertThat(settings.issuer()).hasToString("https://auth.example.com");
        assertThat(settings.services().all())
                .extracting(ProtectedService::resource)
                .containsExactly("https://echo.example.com/mcp", "https://files.example.com/mcp");
        Profile alice = new Profile(new User("4711", "alice"), Set.of("github:alice"));
        assertThat(settings.services().all())
                .extracting(service -> service.policy().admits(alice))
                .containsExactly(true, false);
    }

    @Test
    void reportsEveryProblemAtOnce() {
        environment.remove("STORAGE_URL");
        environment.put("VERIFY_SECRET", "short");
        environment.put("VERIFY_SECRET_PREVIOUS", "short");
        environment.put("GATEWAY_JWT_SECRET", "short");
        environment.put("JWT_ALGORITHM", "HS256");
        environment.put("ALLOWED_GITHUB_USERS", "gitlab:x");
        environment.put("CODE_LIFETIME", "1d");
        environment.put("CONSOLE", "everybody");
        environment.put("VERIFY_LIMIT", "many");

        assertThatThrownBy(() -> read(""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("CONSOLE=everybody is not accepted: accepted is one of token, loopback, off")
                .hasMessageContaining("VERIFY_LIMIT=many is not accepted")
                .hasMessageContaining("none of STORAGE_URL, REDIS_URL and REDIS_PASSWORD is set")
                .hasMessageContaining("VERIFY_SECRET is too short: accepted is at least 32 characters")
                .hasMessageContaining(
                        "VERIFY_SECRET_PREVIOUS is too short: accepted is the VERIFY_SECRET before this one")
                .hasMessageContaining("GATEWAY_JWT_SECRET is too short")
                .hasMessageContaining("openssl rand -base64 32")
                .hasMessageContaining("JWT_ALGORITHM=HS256 is not accepted")
                .hasMessageContaining("ALLOWED_GITHUB_USERS: the rule 'gitlab:x' is not accepted")
                .hasMessageContaining("CODE_LIFETIME=1d is not accepted")
                .hasMessageNotContaining("=short");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void remembersEverythingWhereTheFirstOfThreeSettingsSays() throws IOException {
        environment.put("REDIS_URL", "redis://:x@elsewhere:6379");
        environment.put("REDIS_PASSWORD", "p@ss w/rd");
        assertThat(read("").storageUrl().reveal()).isEqualTo("jdbc:h2:mem:x");

        environment.remove("STORAGE_URL");
        assertThat(read("").storageUrl().reveal()).isEqualTo("redis://:x@elsewhere:6379");

        environment.remove("REDIS_URL");
        assertThat(read("").storageUrl().reveal()).isEqualTo("redis://:p%40ss%20w%2Frd@redis:6379/0");

        environment.put("REDIS_USER", "gateway");
        assertThat(read("").storageUrl().reveal()).isEqualTo("redis://gateway:p%40ss%20w%2Frd@redis:6379/0");
        environment.remove("REDIS_USER");

        environment.remove("REDIS_PASSWORD");
        Path file = Files.writeString(folder.resolve("password"), "from-file\n");
        environment.put("REDIS_PASSWORD_FILE", file.toString());
        assertThat(read("").storageUrl().reveal()).isEqualTo("redis://:from-file@redis:6379/0");
    }

    @Test
    void knowsNoAppOfGithubUnlessItIsToldOne() {
        assertThat(read("").github()).isNull();
    }

    @Test
    void readsTheAppOfGithub() {
        environment.put("GITHUB_CLIENT_ID", "Iv1.app");
        environment.put("GITHUB_CLIENT_SECRET", "app-secret");

        OracleSettings settings = read("");

        assertThat(settings.github())
                .isEqualTo(new GithubSettings(
                        "Iv1.app",
                        Secret.of("app-secret"),
                        URI.create("https://github.com"),
                        URI.create("https://api.github.com"),
                        Duration.ofSeconds(5)));
        assertThat(settings.toString()).doesNotContain("app-secret");
    }

    @ParameterizedTest
    @CsvSource({"GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET", "GITHUB_CLIENT_SECRET, GITHUB_CLIENT_ID"})
    void refusesHalfAnAppOfGithub(String given, String missing) {
        environment.put(given, "half");
        environment.put("GITHUB_API_URL", "http://github.example");

        assertThatThrownBy(() -> read(""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(missing + " is not set: accepted is the client ")
                .hasMessageContaining("GITHUB_API_URL=http://github.example is not accepted");
    }

    @Test
    void makesTheGatewaySecretOnceForItsOwnerAlone() throws IOException {
        String first = read("").jwtSecrets().current().reveal();
        String second = read("").jwtSecrets().current().reveal();

        assertThat(first).hasSize(44).isEqualTo(second);
        Path file = folder.resolve("keys").resolve("gateway-jwt-secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(file.getParent()).isDirectoryContaining(file::equals).isNotEmptyDirectory();
        try (var files = Files.list(file.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void agreesOnOneGatewaySecretWhenSeveralStartAtOnce() {
        List<String> secrets = IntStream.range(0, 16)
                .parallel()
                .mapToObj(_ -> read("").jwtSecrets().current().reveal())
                .distinct()
                .toList();

        assertThat(secrets).hasSize(1);
    }

    @Test
    void refusesAGatewaySecretFileThatWasCut() throws IOException {
        read("");
        Files.writeString(folder.resolve("keys").resolve("gateway-jwt-secret"), "cut");

        assertThatThrownBy(() -> read(""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("holds fewer than 32 characters: restore it, or set GATEWAY_JWT_SECRET");
    }

    @Test
    void saysWhatToDoWhenTheSecretCannotBeKept() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        environment.put("KEYS_DIR", folder.resolve("file").resolve("keys").toString());

        assertThatThrownBy(() -> read(""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("make KEYS_DIR writable, or set GATEWAY_JWT_SECRET");
    }

    @Test
    void printsNoSecret() {
        environment.put("STORAGE_URL", "redis://:password@redis:6379");

        assertThat(read("").toString()).doesNotContain(SECRET).doesNotContain("password@");
    }
}
