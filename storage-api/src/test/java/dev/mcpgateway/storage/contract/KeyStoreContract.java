package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class KeyStoreContract extends StoreContract {
    private SealedKey key(String purpose, String id) {
        return new SealedKey(purpose, id, "sealed-" + id, clock.instant());
    }

    @Test
    void keepsTheFirstKeyOfAPurpose() {
        assertThat(store.keys().createFirst(key("signing", "a"))).isTrue();
        assertThat(store.keys().createFirst(key("signing", "b"))).isFalse();

        assertThat(store.keys().list("signing")).containsExactly(key("signing", "a"));
    }

    @Test
    void keepsPurposesApart() {
        store.keys().createFirst(key("signing", "a"));

        assertThat(store.keys().createFirst(key("refresh", "a"))).isTrue();
        assertThat(store.keys().list("refresh")).containsExactly(key("refresh", "a"));
    }

    @Test
    void letsOneOfManyCreateTheFirstKey() throws Exception {
        var second = another();

        List<Boolean> created =
                Race.of(50, i -> (i % 2 == 0 ? store : second).keys().createFirst(key("signing", "key" + i)));

        assertThat(created).containsOnlyOnce(true);
        assertThat(store.keys().list("signing"))
                .extracting(SealedKey::id)
                .containsExactly("key" + created.indexOf(true));
    }

    @Test
    void addsAKeyBehindTheNewest() {
        SealedKey first = key("signing", "b");
        store.keys().createFirst(first);
        clock.advance(Duration.ofMillis(1));
        SealedKey second = key("signing", "a");

        assertThat(store.keys().createNext(second, "b")).isTrue();

        assertThat(store.keys().list("signing")).containsExactly(first, second);
    }

    @Test
    void addsNoKeyBehindOneThatIsNotTheNewest() {
        store.keys().createFirst(key("signing", "b"));
        clock.advance(Duration.ofMillis(1));
        store.keys().createNext(key("signing", "a"), "b");

        assertThat(store.keys().createNext(key("signing", "c"), "b")).isFalse();
        assertThat(store.keys().createNext(key("signing", "c"), "unknown")).isFalse();
        assertThat(store.keys().createNext(key("refresh", "c"), "b")).isFalse();

        assertThat(store.keys().list("signing")).extracting(SealedKey::id).containsExactly("b", "a");
        assertThat(store.keys().list("refresh")).isEmpty();
    }

    @Test
    void letsOneOfManyAddTheNextKey() throws Exception {
        store.keys().createFirst(key("signing", "first"));
        clock.advance(Duration.ofMillis(1));
        var second = another();

        List<Boolean> created =
                Race.of(100, i -> (i % 2 == 0 ? store : second).keys().createNext(key("signing", "key" + i), "first"));

        assertThat(created).containsOnlyOnce(true);
        assertThat(store.keys().list("signing"))
                .extracting(SealedKey::id)
                .containsExactly("first", "key" + created.indexOf(true));
    }

    @Test
    void replacesTheCiphertextThatTheCallerKnowsAndNoOther() {
        SealedKey known = key("signing", "a");
        store.keys().createFirst(known);
        clock.advance(Duration.ofMillis(1));
        store.keys().createNext(key("signing", "b"), "a");

        assertThat(store.keys().replace(known, "sealed anew")).isTrue();
        assertThat(store.keys().replace(known, "sealed too late")).isFalse();
        assertThat(store.keys().replace(key("signing", "unknown"), "sealed")).isFalse();
        assertThat(store.keys().replace(new SealedKey("refresh", "a", "sealed-a", known.createdAt()), "sealed"))
                .isFalse();

        assertThat(store.keys().list("signing"))
                .containsExactly(new SealedKey("signing", "a", "sealed anew", known.createdAt()), key("signing", "b"));
    }

    @Test
    void replacesNoKeyThatWasForgotten() {
        SealedKey known = key("signing", "a");
        store.keys().createFirst(known);
        store.keys().delete("signing", "a");

        assertThat(store.keys().replace(known, "sealed anew")).isFalse();

        assertThat(store.keys().list("signing")).isEmpty();
    }

    @Test
    void forgetsAKeyButNotThatThereWasOne() {
        store.keys().createFirst(key("signing", "a"));

        assertThat(store.keys().delete("signing", "a")).isTrue();
        assertThat(store.keys().delete("signing", "a")).isFalse();

        assertThat(store.keys().list("signing")).isEmpty();
        assertThat(store.keys().createFirst(key("signing", "b"))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangePurpose(String purpose) {
        store.keys().createFirst(key("signing", "a"));

        assertThat(store.keys().list(purpose)).isEmpty();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.keys().createFirst(key("signing", "a"));

        restart();

        assertThat(store.keys().createFirst(key("signing", "b"))).isFalse();
        assertThat(store.keys().list("signing")).containsExactly(key("signing", "a"));
    }
}
