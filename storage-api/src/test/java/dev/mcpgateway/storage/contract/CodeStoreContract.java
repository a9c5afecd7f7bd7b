package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpgateway.storage.CodeStore.Consumption;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class CodeStoreContract extends StoreContract {
    private IssuedCode issue(String name) {
        IssuedCode code = code(name);
        store.codes().issue(code);
        return code;
    }

    @Test
    void findsACodeUntilAndAfterItWasUsed() {
        IssuedCode code = issue("a");
        assertThat(store.codes().find(code.hash())).contains(code);

        store.codes().consume(code.hash(), grantOf(code));

        assertThat(store.codes().find(code.hash())).contains(code);
    }

    @Test
    void turnsACodeIntoItsGrant() {
        IssuedCode code = issue("a");
        NewGrant grant = grantOf(code);

        assertThat(store.codes().consume(code.hash(), grant)).contains(new Consumption.Fresh(code));

        assertThat(store.tokens().findGrant("a"))
                .contains(new Grant(
                        "a",
                        code.clientId(),
                        code.userId(),
                        code.userName(),
                        code.resource(),
                        code.scope(),
                        0,
                        grant.createdAt(),
                        grant.createdAt(),
                        grant.idleExpiresAt(),
                        grant.expiresAt()));
    }

    @Test
    void createsNoGrantBeforeTheCodeIsUsed() {
        issue("a");

        assertThat(store.tokens().findGrant("a")).isEmpty();
    }

    @Test
    void seesAReplayAndLeavesTheGrantToTheCaller() {
        IssuedCode code = issue("a");
        store.codes().consume(code.hash(), grantOf(code));

        assertThat(store.codes().consume(code.hash(), grantOf(code))).contains(new Consumption.Replayed("a"));
        assertThat(store.tokens().findGrant("a")).isPresent();
    }

    @Test
    void doesNotBringARevokedGrantBackOnReplay() {
        IssuedCode code = issue("a");
        store.codes().consume(code.hash(), grantOf(code));
        store.tokens().revokeFamily("a");

        assertThat(store.codes().consume(code.hash(), grantOf(code))).contains(new Consumption.Replayed("a"));
        assertThat(store.tokens().findGrant("a")).isEmpty();
    }

    @Test
    void isFreshForExactlyOneOfMany() throws Exception {
        IssuedCode code = issue("a");
        NewGrant grant = grantOf(code);
        var second = another();

        var outcomes = Race.of(
                100,
                i -> (i % 2 == 0 ? store : second)
                        .codes()
                        .consume(code.hash(), grant)
                        .orElseThrow());

        assertThat(outcomes).filteredOn(Consumption.Fresh.class::isInstance).hasSize(1);
        assertThat(outcomes)
                .filteredOn(Consumption.Replayed.class::isInstance)
                .hasSize(99)
                .containsOnly(new Consumption.Replayed("a"));
        assertThat(store.tokens().findGrant("a")).isPresent();
    }

    @Test
    void showsTheGrantToEveryReaderThatSeesTheCodeUsed() throws Exception {
        IssuedCode code = issue("a");
        NewGrant grant = grantOf(code);

        var grantSeen = Race.of(50, _ -> {
            assertThat(store.codes().consume(code.hash(), grant)).isPresent();
            return store.tokens().findGrant("a").isPresent();
        });

        assertThat(grantSeen).containsOnly(true);
    }

    @Test
    void livesUntilJustBeforeItsExpiry() {
        IssuedCode early = issue("early");
        IssuedCode late = issue("late");

        clock.advance(CODE_LIFETIME.minusMillis(1));
        assertThat(store.codes().find(early.hash())).isPresent();
        assertThat(store.codes().consume(early.hash(), grantOf(early))).contains(new Consumption.Fresh(early));

        clock.advance(Duration.ofMillis(1));
        assertThat(store.codes().find(late.hash())).isEmpty();
        assertThat(store.codes().consume(late.hash(), grantOf(late))).isEmpty();
        assertThat(store.tokens().findGrant("late")).isEmpty();
    }

    @Test
    void remembersAUsedCodeForADayAfterItsExpiry() {
        IssuedCode code = issue("a");
        store.codes().consume(code.hash(), grantOf(code));

        clock.advance(CODE_LIFETIME.plusDays(1).minusMillis(1));

        assertThat(store.codes().consume(code.hash(), grantOf(code))).contains(new Consumption.Replayed("a"));
        assertThat(store.codes().find(code.hash())).contains(code);
    }

    @Test
    void changesNothingWhenTheGrantIsOfAnotherFamily() {
        IssuedCode code = issue("a");
        NewGrant other = grantOf(code("b"));

        assertThatIllegalArgumentException().isThrownBy(() -> store.codes().consume(code.hash(), other));

        assertThat(store.tokens().findGrant("b")).isEmpty();
        assertThat(store.codes().consume(code.hash(), grantOf(code))).contains(new Consumption.Fresh(code));
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeCode(String hash) {
        IssuedCode code = issue("a");

        assertThat(store.codes().find(hash)).isEmpty();
        assertThat(store.codes().consume(hash, grantOf(code))).isEqualTo(Optional.empty());
        assertThat(store.tokens().findGrant("a")).isEmpty();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        IssuedCode unused = issue("unused");
        IssuedCode used = issue("used");
        store.codes().consume(used.hash(), grantOf(used));

        restart();

        assertThat(store.codes().consume(used.hash(), grantOf(used))).contains(new Consumption.Replayed("used"));
        assertThat(store.codes().consume(unused.hash(), grantOf(unused))).contains(new Consumption.Fresh(unused));
        assertThat(store.tokens().findGrant("used")).isPresent();
    }
}
