package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.AccountStore.Account;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class AccountStoreContract extends StoreContract {
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration LIFETIME = Duration.ofDays(30);

    private Account account(String userId, String sealed) {
        return new Account(
                userId, sealed, clock.instant().plus(INTERVAL), clock.instant().plus(LIFETIME));
    }

    @Test
    void findsWhatWasSavedLast() {
        store.accounts().save(account("oidc:company:auth0|4711", "first"));
        Account second = account("oidc:company:auth0|4711", "second");

        store.accounts().save(second);

        assertThat(store.accounts().find("oidc:company:auth0|4711")).contains(second);
        assertThat(store.accounts().find("oidc:company:auth0|4712")).isEmpty();
    }

    @Test
    void replacesOnlyWhatTheCallerHasSeen() {
        Account seen = account("4711", "seen");
        store.accounts().save(seen);
        Account claimed = new Account("4711", "seen", seen.dueAt().plusSeconds(1), seen.expiresAt());

        assertThat(store.accounts().replace(account("4711", "other"), claimed)).isFalse();
        assertThat(store.accounts().replace(account("4712", "seen"), claimed)).isFalse();
        assertThat(store.accounts().replace(seen, claimed)).isTrue();

        assertThat(store.accounts().replace(seen, claimed)).isFalse();
        assertThat(store.accounts().find("4711")).contains(claimed);
    }

    @Test
    void letsOneOfManyReplace() throws Exception {
        Account seen = account("4711", "seen");
        store.accounts().save(seen);
        var second = another();

        List<Boolean> replaced =
                Race.of(100, i -> (i % 2 == 0 ? store : second).accounts().replace(seen, account("4711", "next" + i)));

        assertThat(replaced).containsOnlyOnce(true);
        assertThat(store.accounts().find("4711").map(Account::sealed)).contains("next" + replaced.indexOf(true));
    }

    @Test
    void saysWhoIsDue() {
        store.accounts().save(account("4711", "a"));
        clock.advance(Duration.ofMillis(1));
        store.accounts().save(account("4712", "b"));

        assertThat(store.accounts().due(10)).isEmpty();
        clock.advance(INTERVAL.minusMillis(1));
        assertThat(store.accounts().due(10)).extracting(Account::userId).containsExactly("4711");
        clock.advance(Duration.ofMillis(1));
        assertThat(store.accounts().due(10)).extracting(Account::userId).containsExactlyInAnyOrder("4711", "4712");
        assertThat(store.accounts().due(1)).hasSize(1);

        Account first = store.accounts().find("4711").orElseThrow();
        store.accounts().replace(first, account("4711", "c"));
        assertThat(store.accounts().due(10)).extracting(Account::userId).containsExactly("4712");
    }

    @Test
    void forgetsOnDemandAndInTime() {
        store.accounts().save(account("4711", "a"));
        store.accounts().save(account("4712", "b"));

        assertThat(store.accounts().delete("4711")).isTrue();
        assertThat(store.accounts().delete("4711")).isFalse();
        assertThat(store.accounts().find("4711")).isEmpty();

        clock.advance(LIFETIME.minusMillis(1));
        Account last = store.accounts().find("4712").orElseThrow();
        assertThat(store.accounts().due(10)).containsExactly(last);
        clock.advance(Duration.ofMillis(1));
        assertThat(store.accounts().find("4712")).isEmpty();
        assertThat(store.accounts().due(10)).isEmpty();
        assertThat(store.accounts().replace(last, account("4712", "c"))).isFalse();
        assertThat(store.accounts().delete("4712")).isFalse();
    }

    @Test
    void givesANameToOneOfMany() throws Exception {
        var second = another();

        List<String> owners =
                Race.of(100, i -> (i % 2 == 0 ? store : second).accounts().pin("github:alice", Integer.toString(i)));

        assertThat(owners.stream().distinct()).hasSize(1);
        assertThat(store.accounts().pin("github:alice", "another")).isEqualTo(owners.getFirst());
        assertThat(store.accounts().pin("github:bob", "another")).isEqualTo("another");
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void keepsStrangeIdsApart(String userId) {
        store.accounts().save(account("4711", "a"));

        assertThat(store.accounts().find(userId)).isEmpty();
        assertThat(store.accounts().delete(userId)).isFalse();
        assertThat(store.accounts().find("4711")).isPresent();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.accounts().save(account("4711", "a"));
        store.accounts().pin("github:alice", "4711");

        restart();

        assertThat(store.accounts().find("4711")).isPresent();
        assertThat(store.accounts().pin("github:alice", "4712")).isEqualTo("4711");
    }
}
