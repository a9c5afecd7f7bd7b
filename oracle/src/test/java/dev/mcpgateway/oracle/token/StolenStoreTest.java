package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.MemoryStore;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.settings.Secret;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody can do who has the store's content. */
class StolenStoreTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final String client = oracle.registerClient();

    @AfterEach
    void stop() {
        oracle.close();
        oracle.store().close();
    }

    @Test
    void findsNoCodeTokenOrSecretInIt() {
        String unused = oracle.issueCode(client, ECHO);
        String used = oracle.issueCode(client, ECHO);
        JsonObject first = RunningOracle.json(oracle.redeem(client, used));
        JsonObject second = RunningOracle.json(oracle.refresh(client, first.getString("refresh_token")));

        String dump = ((MemoryStore) oracle.store()).dump();

        assertThat(dump).contains(client).contains("4711");
        for (JsonObject tokens : List.of(first, second)) {
            assertThat(dump).doesNotContain(tokens.getString("access_token"));
            String[] parts = tokens.getString("refresh_token").split("\\.", -1);
            assertThat(dump).doesNotContain(parts[4]).doesNotContain(parts[5]);
        }
        assertThat(dump)
                .doesNotContain(unused)
                .doesNotContain(used)
                .doesNotContain(RunningOracle.GATEWAY_SECRET)
                .doesNotContain("\"kty\"");
    }

    @Test
    void forgesNoRefreshTokenEvenWithTheGatewaySecret() {
        JsonObject tokens = oracle.connect(client, ECHO);
        RefreshTokens forger = RefreshTokens.open(
                new SealedKeys(
                        oracle.store().keys(),
                        Sealer.of(Secret.of(RunningOracle.GATEWAY_SECRET), "signing-keys"),
                        oracle.clock()),
                new SecureTokens());
        String familyId = oracle.store()
                .tokens()
                .listByClient(client, null, 1)
                .items()
                .getFirst()
                .familyId();

        Secret forged = forger.write(forger.first(familyId));

        assertThat(oracle.refresh(client, forged.reveal()).statusCode()).isEqualTo(400);
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }
}
