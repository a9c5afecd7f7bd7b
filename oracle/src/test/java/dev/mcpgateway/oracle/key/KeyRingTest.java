package dev.mcpgateway.oracle.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.key.KeyRing.Description;
import dev.mcpgateway.oracle.key.KeyRing.Schedule;
import dev.mcpgateway.oracle.key.KeyRing.State;
import dev.mcpgateway.oracle.key.SealedKeys.NewKey;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.testing.MemoryKeyStore;
import dev.mcpgateway.oracle.testing.SettableClock;
import dev.mcpgateway.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final Duration AHEAD = Duration.ofHours(1);
    private static final Duration INTERVAL = Duration.ofDays(90);
    private static final Duration RETENTION = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final AtomicInteger made = new AtomicInteger();
    private final KeyRing<String> ring = open(new Schedule(AHEAD, INTERVAL, RETENTION));

    private KeyRing<String> open(Schedule schedule) {
        SealedKeys sealed = new SealedKeys(store, GatewaySecrets.of(Secret.of("x".repeat(32))), clock);
        return KeyRing.open(
                sealed,
                "signing",
                schedule,
                () -> new NewKey("key" + made.incrementAndGet(), new byte[] {1}),
                key -> "opened " + key.id(),
                clock);
    }

    private List<State> states() {
        return ring.describe().stream().map(Description::state).toList();
    }

    @Test
    void usesItsFirstKeyAtOnce() {
        assertThat(ring.current()).isEqualTo("opened key1");
        assertThat(states()).containsExactly(State.CURRENT);
    }

    @Test
    void publishesANewKeyBeforeItIsUsed() {
        clock.advance(Duration.ofDays(1));
        assertThat(ring.rotate()).isTrue();

        assertThat(ring.all()).containsExactly("opened key1", "opened key2");
        clock.advance(AHEAD.minusMillis(1));
        assertThat(ring.current()).isEqualTo("opened key1");
        clock.advance(Duration.ofMillis(1));
        assertThat(ring.current()).isEqualTo("opened key2");
        assertThat(states()).containsExactly(State.PREVIOUS, State.CURRENT);
    }

    @Test
    void makesNoOtherKeyWhileOneWaitsForItsTurn() {
        clock.advance(Duration.ofDays(1));
        ring.rotate();

        assertThat(ring.rotate()).isFalse();

        assertThat(ring.all()).hasSize(2);
    }

    @Test
    void rotatesOnceItsNewestKeyIsOldEnough() {
        clock.advance(INTERVAL.minusMillis(1));
        ring.turn();
        assertThat(ring.all()).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        ring.turn();
        ring.turn();

        assertThat(states()).containsExactly(State.CURRENT, State.NEXT);
    }

    @Test
    void neverRotatesByItselfWithoutAnInterval() {
        KeyRing<String> still = open(new Schedule(AHEAD, Duration.ZERO, RETENTION));

        clock.advance(INTERVAL.multipliedBy(10));
        still.turn();

        assertThat(still.all()).hasSize(1);
    }

    @Test
    void keepsAKeyUntilNothingOfItIsValidAnyMore() {
        clock.advance(INTERVAL);
        ring.turn();
        clock.advance(AHEAD.plus(RETENTION).minusMillis(1));
        ring.turn();
        assertThat(ring.find("key1")).isPresent();

        clock.advance(Duration.ofMillis(1));
        ring.turn();

        assertThat(ring.find("key1")).isEmpty();
        assertThat(ring.current()).isEqualTo("opened key2");
    }

    @Test
    void findsAKeyThatAnotherOracleMadeMeanwhile() {
        KeyRing<String> other = open(new Schedule(AHEAD, INTERVAL, RETENTION));
        clock.advance(Duration.ofDays(1));
        ring.rotate();

        assertThat(other.all()).hasSize(1);
        assertThat(other.find("key2")).contains("opened key2");
    }

    @Test
    void asksTheStoreForUnknownKeysOnlyNowAndThen() {
        KeyRing<String> other = open(new Schedule(AHEAD, INTERVAL, RETENTION));
        assertThat(other.find("unknown")).isEmpty();
        ring.rotate();

        assertThat(other.find("key2")).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(other.find("key2")).isPresent();
    }

    @Test
    void letsOneOfTwoOraclesMakeTheNextKey() {
        KeyRing<String> other = open(new Schedule(AHEAD, INTERVAL, RETENTION));
        clock.advance(INTERVAL);

        Stream.of(ring, other).parallel().forEach(KeyRing::turn);
        Stream.of(ring, other).forEach(KeyRing::turn);

        assertThat(ring.all()).hasSize(2).isEqualTo(other.all());
    }

    @Test
    void forgetsAWithdrawnKeyAndGoesOnWithTheNext() {
        clock.advance(Duration.ofDays(1));
        ring.rotate();

        assertThat(ring.withdraw("key1")).isTrue();

        assertThat(ring.find("key1")).isEmpty();
        assertThat(ring.current()).isEqualTo("opened key2");
        assertThat(ring.withdraw("key1")).isFalse();
    }

    @Test
    void replacesItsOnlyKeyWhenThatIsWithdrawn() {
        clock.advance(Duration.ofDays(1));

        ring.withdraw("key1");

        assertThat(ring.all()).containsExactly("opened key2");
        assertThat(ring.current()).isEqualTo("opened key2");
    }

    @Test
    void tellsWhenItsKeysChange() {
        List<Integer> sizes = new ArrayList<>();
        ring.onChange(() -> sizes.add(ring.all().size()));

        ring.turn();
        assertThat(sizes).isEmpty();
        clock.advance(Duration.ofDays(1));
        ring.rotate();

        assertThat(sizes).containsExactly(2);
    }
}
