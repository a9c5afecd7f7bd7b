package dev.mcpgateway.oracle.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
    private static final byte[] VALUE = "the value".getBytes(StandardCharsets.UTF_8);

    private final Secret secret = Secret.of("a secret of thirty-two characters");
    private final Sealer sealer = Sealer.of(secret, "test");

    @Test
    void opensWhatItSealed() {
        assertThat(sealer.open(sealer.seal(VALUE))).contains(VALUE);
        assertThat(Sealer.of(secret, "test").open(sealer.seal(VALUE))).contains(VALUE);
        assertThat(sealer.open(sealer.seal(new byte[0]))).contains(new byte[0]);
    }

    @Test
    void opensWhatTheSecretBeforeAndTheNextOneSealed() {
        Secret next = Secret.of("another secret of 32 characters!");
        Sealer before = Sealer.of(new GatewaySecrets(secret, next, null), "test");
        Sealer after = Sealer.of(new GatewaySecrets(next, null, secret), "test");

        assertThat(after.open(before.seal(VALUE))).contains(VALUE);
        assertThat(before.open(after.seal(VALUE))).contains(VALUE);
        assertThat(sealer.open(after.seal(VALUE))).isEmpty();
        assertThat(Sealer.of(next, "test").open(after.seal(VALUE))).contains(VALUE);
    }

    @Test
    void neverSealsTheSameWayTwice() {
        assertThat(sealer.seal(VALUE)).isNotEqualTo(sealer.seal(VALUE));
    }

    @Test
    void opensNothingOfAnotherSecretOrLabel() {
        assertThat(Sealer.of(Secret.of("another secret"), "test").open(sealer.seal(VALUE)))
                .isEmpty();
        assertThat(Sealer.of(secret, "other").open(sealer.seal(VALUE))).isEmpty();
    }

    @Test
    void noticesEveryChangedBit() {
        byte[] sealed = Base64.getUrlDecoder().decode(sealer.seal(VALUE));

        assertThat(IntStream.range(0, sealed.length * 8)).allSatisfy(bit -> {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(sealer.open(Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                    .isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AQ",
                "AQAAAAAAAAAAAAAAAA",
                "not base64!",
                "\u00e9",
                "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void opensNoGarbage(String garbage) {
        assertThat(sealer.open(garbage)).isEmpty();
    }
}
