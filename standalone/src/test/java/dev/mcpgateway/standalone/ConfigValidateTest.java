package dev.mcpgateway.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigValidateTest {
    @TempDir
    Path folder;

    @Test
    void acceptsAWorkingConfigurationAndLeavesNoTraces() throws IOException {
        write("services: {echo: {upstream: 'http://mcp-echo:3000', allow: [github:alice]}}");

        assertThat(ConfigValidate.validate(
                        folder,
                        environment(Map.of("KEYS_DIR", folder.resolve("keys").toString()))))
                .isEqualTo(1);
        assertThat(folder.resolve("keys")).doesNotExist();
    }

    @Test
    void reportsTheProblemsOfRouterAndOracleTogether() throws IOException {
        write("""
                services:
                  echo:
                    upstream: ftp://mcp-echo
                    allow: [gitlab:alice]
                  notes:
                    alow: []
                """);

        assertThatThrownBy(() -> ConfigValidate.validate(
                        folder, environment(Map.of("VERIFY_TIMEOUT", "soon", "ACCESS_TOKEN_LIFETIME", "-1"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("VERIFY_TIMEOUT=soon is not accepted")
                .hasMessageContaining("ACCESS_TOKEN_LIFETIME=-1 is not accepted")
                .hasMessageContaining("The upstream URL of echo does not start with http://")
                .hasMessageContaining("gitlab:alice")
                .hasMessageContaining("unknown key 'services.notes.alow'; did you mean 'allow'?")
                .hasMessageContaining("services.notes.upstream is missing");
    }

    @Test
    void reportsClientsThatCouldNotBeServed() throws IOException {
        write("""
                services: {echo: {upstream: 'http://mcp-echo:3000'}}
                clients: {dashboard: {redirect_uris: ['http://app.example.com/callback']}}
                """);

        assertThatThrownBy(() -> ConfigValidate.validate(folder, environment(Map.of())))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("clients.dashboard in gateway.yaml");
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        write("services: {}");

        assertThatThrownBy(() -> ConfigValidate.validate(folder, Map.of()))
                .hasMessageContaining("BASE_DOMAIN is not set")
                .hasMessageContaining("VERIFY_SECRET is not set")
                .hasMessageContaining("none of STORAGE_URL, REDIS_URL and REDIS_PASSWORD is set");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("gateway.yaml"), yaml);
    }

    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BASE_DOMAIN", "example.com",
                "VERIFY_SECRET", "0123456789abcdef0123456789abcdef",
                "STORAGE_URL", "jdbc:h2:mem:x"));
        environment.putAll(more);
        return environment;
    }
}
