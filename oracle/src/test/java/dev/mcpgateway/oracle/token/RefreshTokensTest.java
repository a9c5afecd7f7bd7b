package dev.mcpgateway.oracle.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.KeySchedules;
import dev.mcpgateway.oracle.testing.MemoryKeyStore;
import dev.mcpgateway.settings.Secret;
import java.time.Clock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokensTest {
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final RefreshTokens tokens = open("one secret of more than 32 characters");

    private RefreshTokens open(String secret) {
        SealedKeys keys = new SealedKeys(store, GatewaySecrets.of(Secret.of(secret)), Clock.systemUTC());
        return RefreshTokens.open(keys, KeySchedules.USUAL, new SecureTokens(), Clock.systemUTC());
    }

    @Test
    void readsWhatItWrote() {
        RefreshToken token = tokens.first("family-1").successor(7);

        assertThat(tokens.parse(tokens.write(token))).contains(token);
        assertThat(tokens.write(token).reveal()).matches("rt1\\.[\\w-]+\\.family-1\\.7\\.[\\w-]{43}\\.[\\w-]{43}");
    }

    @Test
    void computesTheSameSuccessorOnEveryOracleOfTheStore() {
        RefreshToken token = tokens.first("family");
        RefreshTokens other = open("one secret of more than 32 characters");

        Secret here = tokens.write(token.successor(1));
        Secret there =
                other.write(other.parse(tokens.write(token)).orElseThrow().successor(1));

        assertThat(there.reveal()).isEqualTo(here.reveal());
    }

    @Test
    void givesEveryFamilyItsOwnSecret() {
        assertThat(tokens.first("a").secretHash())
                .isNotEqualTo(tokens.first("a").secretHash());
    }

    @Test
    void refusesATokenWithAnyCharacterChanged() {
        String genuine = tokens.write(tokens.first("family")).reveal();

        assertThat(IntStream.range(0, genuine.length())
                        .mapToObj(i -> genuine.substring(0, i)
                                + (genuine.charAt(i) == 'A' ? 'B' : 'A')
                                + genuine.substring(i + 1)))
                .allSatisfy(
                        forged -> assertThat(tokens.parse(Secret.of(forged))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rt1.", "rt1.a.b.0.c.d", "eyJhbGciOiJub25lIn0.e30.", "rt2.k.f.0.s.m", "\u0000"})
    void refusesGarbage(String text) {
        assertThat(tokens.parse(Secret.of(text))).isEmpty();
    }

    @Test
    void refusesATokenOfAnotherStore() {
        RefreshTokens other = RefreshTokens.open(
                new SealedKeys(new MemoryKeyStore(), GatewaySecrets.of(Secret.of("x".repeat(32))), Clock.systemUTC()),
                KeySchedules.USUAL,
                new SecureTokens(),
                Clock.systemUTC());

        assertThat(tokens.parse(other.write(other.first("family")))).isEmpty();
    }

    @Test
    void stopsInWordsWhenTheKeyWasSealedUnderAnotherSecret() {
        assertThatThrownBy(() -> open("another secret of more than 32 characters"))
                .isInstanceOf(KeysLockedException.class)
                .hasMessageContaining("cannot be opened with this GATEWAY_JWT_SECRET");
    }

    @Test
    void printsNoSecret() {
        RefreshToken token = tokens.first("family");

        assertThat(token.toString()).doesNotContain(token.familySecret().reveal());
    }
}
