package dev.mcpgateway.oracle.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.key.SealedKeys.NewKey;
import dev.mcpgateway.oracle.key.SealedKeys.OpenedKey;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.testing.MemoryKeyStore;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** While GATEWAY_JWT_SECRET is being changed. */
class SealedKeysTest {
    private static final Secret OLD = Secret.of("the old secret of more than 32 characters");
    private static final Secret NEW = Secret.of("the new secret of more than 32 characters");
    private static final NewKey KEY = new NewKey("key", new byte[] {1, 2, 3});

    private final MemoryKeyStore store = new MemoryKeyStore();
    private final SealedKeys before = keys(GatewaySecrets.of(OLD));
    private final SealedKeys announced = keys(new GatewaySecrets(OLD, NEW, null));
    private final SealedKeys changing = keys(new GatewaySecrets(NEW, null, OLD));
    private final SealedKeys after = keys(GatewaySecrets.of(NEW));

    private SealedKeys keys(GatewaySecrets secrets) {
        return new SealedKeys(store, secrets, Clock.systemUTC());
    }

    private static List<String> ids(SealedKeys keys) {
        return keys.open("signing").stream().map(OpenedKey::id).toList();
    }

    private String sealed() {
        return store.list("signing").getFirst().sealed();
    }

    @Test
    void sealsAnewWhatThePreviousSecretSeals() {
        before.openOrCreate("signing", () -> KEY);

        assertThat(changing.open("signing").getFirst().value()).containsExactly(1, 2, 3);

        assertThat(after.open("signing").getFirst().value()).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> before.open("signing")).isInstanceOf(KeysLockedException.class);
    }

    @Test
    void leavesWhatTheNextSecretSealsToThoseWhoHaveItAsTheirs() {
        before.openOrCreate("signing", () -> KEY);
        changing.open("signing");
        String sealedAnew = sealed();

        assertThat(ids(announced)).containsExactly("key");
        assertThat(ids(changing)).containsExactly("key");

        assertThat(sealed()).isEqualTo(sealedAnew);
    }

    @Test
    void sealsAnewWhatAnotherOracleMadeUnderTheOldSecretMeanwhile() {
        before.openOrCreate("signing", () -> KEY);
        changing.open("signing");
        announced.createNext("signing", new NewKey("later", new byte[] {4}), "key");

        assertThatThrownBy(() -> after.open("signing")).isInstanceOf(KeysLockedException.class);
        assertThat(ids(changing)).containsExactly("key", "later");
        assertThat(ids(after)).containsExactly("key", "later");
    }

    @Test
    void doesNotBringBackAKeyThatWasDeletedMeanwhile() {
        before.openOrCreate("signing", () -> KEY);
        SealedKey known = store.list("signing").getFirst();
        store.delete("signing", "key");

        assertThat(store.replace(known, "sealed anew")).isFalse();
        assertThat(changing.open("signing")).isEmpty();
    }

    @Test
    void saysInWordsThatTheSecretIsAnother() {
        before.openOrCreate("signing", () -> KEY);

        assertThatThrownBy(() -> after.open("signing"))
                .hasMessageContaining("cannot be opened with this GATEWAY_JWT_SECRET")
                .hasMessageContaining("GATEWAY_JWT_SECRET_PREVIOUS");
    }
}
