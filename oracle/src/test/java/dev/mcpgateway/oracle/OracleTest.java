package dev.mcpgateway.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.testing.FakeIdentityProvider;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.settings.SettingsException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OracleTest {
    private static Oracle start(RunningOracle beside, Map<String, String> environment) {
        return Oracle.start(
                RunningOracle.settings(environment, "*"),
                beside.store(),
                List.of(new FakeIdentityProvider()),
                beside.clock());
    }

    @Test
    void saysWhichAddressItCannotListenOn() {
        try (RunningOracle running = RunningOracle.start()) {
            String port = Integer.toString(running.port());

            assertThatThrownBy(() -> start(running, Map.of("ORACLE_PORT", port)))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + port)
                    .hasMessageContaining("ORACLE_ADDRESS and ORACLE_PORT choose another");
            assertThatThrownBy(() -> start(running, Map.of("ORACLE_MANAGEMENT_PORT", port)))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("ORACLE_MANAGEMENT_ADDRESS and ORACLE_MANAGEMENT_PORT choose another");
        }
    }

    @Test
    void refusesToStartWithAnotherSecretThanTheStoreKnows() {
        try (RunningOracle running = RunningOracle.start()) {
            assertThatThrownBy(() -> start(running, Map.of("GATEWAY_JWT_SECRET", "x".repeat(32))))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot be opened with this GATEWAY_JWT_SECRET");
        }
    }

    @Test
    void refusesToStartWhereNobodyCouldSignIn() {
        try (RunningOracle running = RunningOracle.start()) {
            assertThatThrownBy(() -> Oracle.start(
                            RunningOracle.settings(Map.of(), "*"), running.store(), List.of(), running.clock()))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("nobody could sign in: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET")
                    .hasMessageContaining("https://github.com/settings/developers")
                    .hasMessageContaining("https://auth.example.com/callback");
        }
    }

    @Test
    void acceptsTheTokensOfAnotherInstanceOnTheSameStore() {
        try (RunningOracle first = RunningOracle.start();
                RunningOracle second = first.sibling("*")) {
            String token =
                    first.connect(first.registerClient(), RunningOracle.ECHO).getString("access_token");

            assertThat(second.verify(RunningOracle.ECHO, token).statusCode()).isEqualTo(204);
        }
    }
}
