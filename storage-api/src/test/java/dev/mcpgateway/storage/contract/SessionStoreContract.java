package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.SessionStore.Session;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class SessionStoreContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private Session session(String hash) {
        return new Session(
                hash,
                "4711",
                "\uD83D\uDE00 'x'",
                "github",
                clock.instant(),
                clock.instant().plus(LIFETIME));
    }

    @Test
    void isThereUntilItIsEnded() throws Exception {
        store.sessions().begin(session("a"));
        store.sessions().begin(session("b"));
        var second = another();

        assertThat(store.sessions().find("a")).contains(session("a"));
        assertThat(second.sessions().find("a")).contains(session("a"));

        second.sessions().end("a");
        second.sessions().end("a");

        assertThat(store.sessions().find("a")).isEmpty();
        assertThat(store.sessions().find("b")).contains(session("b"));
    }

    @Test
    void livesUntilJustBeforeItsExpiry() {
        store.sessions().begin(session("a"));

        clock.advance(LIFETIME.minusMillis(1));
        assertThat(store.sessions().find("a")).isPresent();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.sessions().find("a")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeHash(String hash) {
        store.sessions().begin(session("a"));

        assertThat(store.sessions().find(hash)).isEmpty();
        store.sessions().end(hash);
        assertThat(store.sessions().find("a")).isPresent();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.sessions().begin(session("a"));
        store.sessions().begin(session("b"));
        store.sessions().end("b");

        restart();

        assertThat(store.sessions().find("a")).contains(session("a"));
        assertThat(store.sessions().find("b")).isEmpty();
    }
}
