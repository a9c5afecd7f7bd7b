package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class ClientStoreContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private RegisteredClient client(String id) {
        return new RegisteredClient(
                id,
                "secret-hash",
                "registration-hash",
                "{\"client_name\":\"caf\u00e9 \uD83D\uDE00 'x'\"}",
                clock.instant(),
                clock.instant().plus(LIFETIME));
    }

    private Instant expiry(String id) {
        return store.clients().find(id).orElseThrow().expiresAt();
    }

    @Test
    void findsAClientAsItWasCreated() {
        store.clients().create(client("a"));

        assertThat(store.clients().find("a")).contains(client("a"));
    }

    @Test
    void keepsAPublicClientWithoutHashes() {
        var client = new RegisteredClient(
                "a", null, null, "{}", clock.instant(), clock.instant().plus(LIFETIME));

        store.clients().create(client);

        assertThat(store.clients().find("a")).contains(client);
    }

    @Test
    void keepsLargeMetadata() {
        var client = new RegisteredClient(
                "a",
                null,
                null,
                "x".repeat(100_000),
                clock.instant(),
                clock.instant().plus(LIFETIME));

        store.clients().create(client);

        assertThat(store.clients().find("a")).contains(client);
    }

    @Test
    void refusesAnIdThatIsTaken() {
        store.clients().create(client("a"));
        clock.advance(Duration.ofSeconds(1));

        assertThatThrownBy(() -> store.clients().create(client("a"))).isInstanceOf(StoreException.class);

        assertThat(store.clients().find("a").orElseThrow().createdAt())
                .isEqualTo(clock.instant().minusSeconds(1));
    }

    @Test
    void letsOneOfManyTakeAnId() throws Exception {
        List<Boolean> created = Race.of(50, _ -> {
            try {
                store.clients().create(client("a"));
                return true;
            } catch (StoreException _) {
                return false;
            }
        });

        assertThat(created).containsOnlyOnce(true);
    }

    @Test
    void tellsIdsApartByEveryCharacter() {
        store.clients().create(client("a"));

        assertThat(store.clients().find("A")).isEmpty();
        assertThat(store.clients().find("a ")).isEmpty();
    }

    @Test
    void replacesHashesAndMetadataButNotTheDates() {
        store.clients().create(client("a"));

        boolean updated = store.clients()
                .update(new RegisteredClient("a", null, "other", "{}", Instant.EPOCH, Instant.EPOCH.plusSeconds(1)));

        assertThat(updated).isTrue();
        assertThat(store.clients().find("a"))
                .contains(new RegisteredClient(
                        "a",
                        null,
                        "other",
                        "{}",
                        clock.instant(),
                        clock.instant().plus(LIFETIME)));
    }

    @Test
    void updatesNoClientThatIsUnknownOrExpired() {
        store.clients().create(client("a"));
        clock.advance(LIFETIME);

        assertThat(store.clients().update(client("a"))).isFalse();
        assertThat(store.clients().update(client("b"))).isFalse();
        assertThat(store.clients().find("b")).isEmpty();
    }

    @Test
    void livesUntilJustBeforeItsExpiry() {
        store.clients().create(client("a"));

        clock.advance(LIFETIME.minusMillis(1));
        assertThat(store.clients().find("a")).isPresent();
        assertThat(store.clients().list(null, 10).items()).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        assertThat(store.clients().find("a")).isEmpty();
        assertThat(store.clients().list(null, 10).items()).isEmpty();
        assertThat(store.clients().delete("a")).isFalse();
    }

    @Test
    void canBeCreatedAgainOnceItHasExpired() {
        store.clients().create(client("a"));
        clock.advance(LIFETIME);

        store.clients().create(client("a"));

        assertThat(store.clients().find("a")).contains(client("a"));
    }

    @Test
    void extendsALifeAndNeverShortensIt() {
        store.clients().create(client("a"));
        Instant later = clock.instant().plus(LIFETIME.multipliedBy(2));

        store.clients().extend("a", later);
        assertThat(expiry("a")).isEqualTo(later);

        store.clients().extend("a", clock.instant());
        assertThat(expiry("a")).isEqualTo(later);
    }

    @Test
    void doesNotExtendWhatIsGone() {
        store.clients().create(client("a"));
        clock.advance(LIFETIME);

        store.clients().extend("a", clock.instant().plus(LIFETIME));
        store.clients().extend("b", clock.instant().plus(LIFETIME));

        assertThat(store.clients().find("a")).isEmpty();
        assertThat(store.clients().find("b")).isEmpty();
    }

    @Test
    void forgetsAClientOnce() {
        store.clients().create(client("a"));

        assertThat(store.clients().delete("a")).isTrue();
        assertThat(store.clients().delete("a")).isFalse();
        assertThat(store.clients().find("a")).isEmpty();
    }

    @Test
    void listsPageByPageInTheOrderOfIds() {
        for (String id : List.of("c", "a", "e", "b", "d")) {
            store.clients().create(client(id));
        }

        List<String> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String after = null;
        do {
            Page<RegisteredClient> page = store.clients().list(after, 2);
            page.items().forEach(client -> seen.add(client.id()));
            sizes.add(page.items().size());
            after = page.next();
        } while (after != null);

        assertThat(seen).containsExactly("a", "b", "c", "d", "e");
        assertThat(sizes).containsExactly(2, 2, 1);
    }

    @Test
    void endsAListThatFillsItsLastPage() {
        store.clients().create(client("a"));
        store.clients().create(client("b"));

        assertThat(store.clients().list(null, 2).next()).isNull();
    }

    @Test
    void cutsPagesThatAreTooLargeAndRefusesEmptyOnes() {
        store.clients().create(client("a"));

        assertThat(store.clients().list(null, Integer.MAX_VALUE).items()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> store.clients().list(null, 0));
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeId(String id) {
        store.clients().create(client("a"));

        assertThat(store.clients().find(id)).isEmpty();
        assertThat(store.clients().update(client(id))).isFalse();
        assertThat(store.clients().delete(id)).isFalse();
        store.clients().extend(id, clock.instant().plus(LIFETIME));
        assertThat(store.clients().list(null, 10).items()).containsExactly(client("a"));
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.clients().create(client("a"));

        restart();

        assertThat(store.clients().find("a")).contains(client("a"));
    }
}
