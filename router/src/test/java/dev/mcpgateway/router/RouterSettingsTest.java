package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {
    @Test
    void namesEveryProblemAtOnceAndHowToMendIt() {
        String yaml = """
                services:
                  nowhere:
                    allow: [alice]
                  secure:
                    upstream: https://mcp:3000
                  odd:
                    upstream: mcp-odd
                    origins: [app.example.com]
                """;

        assertThatThrownBy(() -> read(
                        Map.of(
                                "VERIFY_SECRET", "pssst",
                                "ROUTER_HTTPS_PORT", "99999",
                                "ORACLE_URL", "http://auth:0",
                                "MCP_CORS_ORIGINS", "example.com/path",
                                "ADMIN_TOKEN_FILE", "/does/not/exist"),
                        yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("services.nowhere.upstream is missing")
                .hasMessageContaining("secure is https")
                .hasMessageContaining("odd does not start with http://")
                .hasMessageContaining("services.odd.origins is not accepted")
                .hasMessageContaining("VERIFY_SECRET is too short")
                .hasMessageContaining("openssl rand")
                .hasMessageContaining("ROUTER_HTTPS_PORT=99999")
                .hasMessageContaining("ORACLE_URL")
                .hasMessageContaining("MCP_CORS_ORIGINS is not accepted")
                .hasMessageContaining("ADMIN_TOKEN_FILE names /does/not/exist")
                .hasMessageContaining("BASE_DOMAIN is not set")
                .hasMessageNotContaining("pssst");
    }

    @Test
    void needsTheSecretThatTheOracleHas() {
        assertThatThrownBy(() -> read(Map.of("BASE_DOMAIN", "example.com"), ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("VERIFY_SECRET is not set");
    }

    @Test
    void refusesHostsThatCannotWork() {
        String secret = "a-secret-of-at-least-32-characters";
        String yaml = "services:\n  echo:\n    upstream: http://mcp-echo:3000\n";

        assertThatThrownBy(() -> read(
                        Map.of(
                                "BASE_DOMAIN", "example.com",
                                "ISSUER", "https://echo.example.com",
                                "VERIFY_SECRET", secret),
                        yaml))
                .hasMessageContaining("services.echo would have the host of ISSUER");
        assertThatThrownBy(() -> read(
                        Map.of(
                                "BASE_DOMAIN", "example.com",
                                "ISSUER", "https://127.0.0.1:8443",
                                "VERIFY_SECRET", secret),
                        yaml))
                .hasMessageContaining("ISSUER=https://127.0.0.1:8443 is not accepted");
    }

    private static RouterSettings read(Map<String, String> environment, String yaml) {
        Problems problems = new Problems();
        return RouterSettings.read(
                new Settings(environment, GatewayFile.parse(yaml, "gateway.yaml", problems), problems));
    }
}
