package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.LoginStore.PendingLogin;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class LoginStoreContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private PendingLogin login(String stateHash) {
        return new PendingLogin(
                stateHash,
                "browser",
                "github",
                "{\"state\":\"\uD83D\uDE00 'x'\"}",
                clock.instant().plus(LIFETIME));
    }

    @Test
    void givesALoginBackOnce() {
        store.logins().begin(login("a"));

        assertThat(store.logins().consume("a")).contains(login("a"));
        assertThat(store.logins().consume("a")).isEmpty();
    }

    @Test
    void givesItToOneOfMany() throws Exception {
        store.logins().begin(login("a"));
        var second = another();

        var taken = Race.of(100, i -> (i % 2 == 0 ? store : second).logins().consume("a"));

        assertThat(taken).filteredOn(Optional::isPresent).hasSize(1);
    }

    @Test
    void livesUntilJustBeforeItsExpiry() {
        store.logins().begin(login("a"));
        store.logins().begin(login("b"));

        clock.advance(LIFETIME.minusMillis(1));
        assertThat(store.logins().consume("a")).isPresent();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.logins().consume("b")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeState(String state) {
        store.logins().begin(login("a"));

        assertThat(store.logins().consume(state)).isEmpty();
        assertThat(store.logins().consume("a")).isPresent();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.logins().begin(login("a"));
        store.logins().begin(login("b"));
        store.logins().consume("b");

        restart();

        assertThat(store.logins().consume("a")).contains(login("a"));
        assertThat(store.logins().consume("b")).isEmpty();
    }
}
