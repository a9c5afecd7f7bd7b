package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a backup holds, and how it gets into a store. */
public abstract class ArchiveContract extends StoreContract {
    private static final int MANY = 2_500;

    private RegisteredClient client(String id) {
        return new RegisteredClient(
                id,
                "secret-hash",
                null,
                "{\"client_name\":\"Ali\u00e7e\"}",
                clock.instant().minusMillis(1),
                clock.instant().plus(GRANT_LIFETIME).plusMillis(7));
    }

    private Consent consent(String userId, String clientId) {
        return new Consent(
                userId,
                clientId,
                "client.example",
                "https://echo.example.com/mcp",
                "mcp",
                clock.instant(),
                clock.instant().plus(GRANT_LIFETIME));
    }

    private Entry.Family family(String familyId, Instant createdAt) {
        return new Entry.Family(
                new Grant(
                        familyId,
                        "client",
                        "user",
                        "Ali\u00e7e \uD83D\uDE00",
                        "https://echo.example.com/mcp",
                        "mcp",
                        41,
                        createdAt,
                        createdAt.plusMillis(3),
                        createdAt.plus(IDLE_LIFETIME),
                        createdAt.plus(GRANT_LIFETIME)),
                SECRET_HASH,
                createdAt.plusMillis(5),
                2);
    }

    private Entry.Family family(String familyId) {
        return family(familyId, clock.instant());
    }

    private SealedKey key(String id) {
        return new SealedKey("signing", id, "sealed-" + id, clock.instant());
    }

    private Presented token(String familyId, long sequence) {
        return new Presented(
                familyId, sequence, SECRET_HASH, "client", clock.instant(), IDLE_LIFETIME, Duration.ofMinutes(2), 3);
    }

    private List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        store.archive().read(entries::add);
        return entries;
    }

    @Test
    void readsWhatWasWritten() {
        List<Entry> entries = List.of(
                new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)),
                new Entry.RevokedUser("evil", clock.instant()),
                new Entry.RevokedClient("https://evil.example/client.json", clock.instant()),
                new Entry.Key(key("a")),
                new Entry.Client(client("client")),
                new Entry.Agreement(consent("user", "client")),
                family("family"));

        assertThat(entries)
                .allSatisfy(entry -> assertThat(store.archive().write(entry)).isTrue());

        assertThat(all()).containsExactlyElementsOf(entries);
        assertThat(entries)
                .allSatisfy(entry -> assertThat(store.archive().write(entry)).isFalse());
        assertThat(all()).containsExactlyElementsOf(entries);
    }

    @Test
    void readsWhatCameIntoBeingByItself() {
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));
        store.keys().createFirst(key("a"));
        grant("family");
        grant("revoked");
        store.tokens().revokeFamily("revoked");
        store.tokens().rotate(token("family", 0));
        store.tokens().rotate(token("family", 0));
        store.tokens().revokeUser("evil", clock.instant());

        assertThat(all())
                .containsExactlyInAnyOrder(
                        new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)),
                        new Entry.RevokedUser("evil", clock.instant()),
                        new Entry.Key(key("a")),
                        new Entry.Client(client("client")),
                        new Entry.Agreement(consent("user", "client")),
                        new Entry.Family(
                                store.tokens().findGrant("family").orElseThrow(), SECRET_HASH, clock.instant(), 1));
    }

    @Test
    void bringsAGrantBackToLife() throws Exception {
        store.archive().write(family("family"));
        restart();

        assertThat(store.tokens().findGrant("family")).contains(family("family").grant());
        assertThat(store.tokens().listByUser("user", null, 10).items()).hasSize(1);
        assertThat(store.tokens().listByClient("client", null, 10).items()).hasSize(1);
        // The grace window and the repeats go on where they were.
        assertThat(store.tokens().rotate(token("family", 40))).isInstanceOf(Rotation.Repeated.class);
        assertThat(store.tokens().rotate(token("family", 40))).isInstanceOf(Rotation.Reused.class);
    }

    @Test
    void leavesOutWhatHasExpired() {
        store.archive().write(family("family"));
        store.archive().write(new Entry.Client(client("client")));
        store.archive().write(new Entry.Agreement(consent("user", "client")));
        store.archive().write(new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)));
        List<Entry> entries = all();
        clock.advance(GRANT_LIFETIME.plusDays(1));

        assertThat(all()).isEmpty();
        store.archive().clear();
        assertThat(entries)
                .allSatisfy(entry -> assertThat(store.archive().write(entry)).isFalse());
        assertThat(all()).isEmpty();
    }

    @Test
    void doesNotReviveWhatWasRevoked() {
        Entry.Family family = family("family");
        store.archive().write(family);
        store.tokens().revokeFamily("family");
        assertThat(store.archive().write(family)).isFalse();

        Entry.Family reused = family("reused");
        store.archive().write(reused);
        store.tokens().rotate(token("reused", 7));
        assertThat(store.archive().write(reused)).isFalse();

        store.tokens().revokeUser("user", clock.instant());
        assertThat(store.archive().write(family("of-the-user"))).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(store.archive().write(family("later"))).isTrue();
        store.tokens().revokeClient("client", clock.instant());
        assertThat(store.archive().write(family("of-the-client"))).isFalse();

        assertThat(store.tokens().list(null, 10).items()).isEmpty();
    }

    @Test
    void endsWhatARevocationMeets() {
        grant("family");
        grant("another", "another-client", "another-user");

        assertThat(store.archive()
                        .write(new Entry.RevokedFamily("family", clock.instant().plus(GRANT_LIFETIME))))
                .isTrue();
        assertThat(store.archive().write(new Entry.RevokedUser("another-user", clock.instant())))
                .isTrue();

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(store.tokens().findGrant("another")).isEmpty();
    }

    @Test
    void letsRevocationsOnlyGrow() {
        store.archive().write(new Entry.RevokedUser("user", clock.instant()));

        assertThat(store.archive()
                        .write(new Entry.RevokedUser("user", clock.instant().minusSeconds(1))))
                .isFalse();

        assertThat(all()).containsExactly(new Entry.RevokedUser("user", clock.instant()));
    }

    @Test
    void keepsWhatIsThere() {
        grant("family");
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));

        assertThat(store.archive().write(family("family"))).isFalse();
        assertThat(store.archive()
                        .write(new Entry.Client(new RegisteredClient(
                                "client",
                                null,
                                null,
                                "{}",
                                clock.instant(),
                                clock.instant().plusSeconds(1)))))
                .isFalse();
        assertThat(store.archive()
                        .write(new Entry.Agreement(new Consent(
                                "user",
                                "client",
                                "client.example",
                                "https://echo.example.com/mcp",
                                "other",
                                clock.instant(),
                                clock.instant().plusSeconds(1)))))
                .isFalse();

        assertThat(store.tokens().findGrant("family").orElseThrow().sequence()).isZero();
        assertThat(store.clients().find("client")).contains(client("client"));
        assertThat(store.consents().find("user", "client", "client.example", "https://echo.example.com/mcp"))
                .contains(consent("user", "client"));
    }

    @Test
    void addsKeysToThoseThatAreThere() {
        store.keys().createFirst(key("a"));

        assertThat(store.archive().write(new Entry.Key(key("b")))).isTrue();

        assertThat(store.keys().list("signing")).containsExactlyInAnyOrder(key("a"), key("b"));
    }

    @Test
    void countsAnImportedKeyAsTheFirstOfItsPurpose() {
        store.archive().write(new Entry.Key(key("a")));

        assertThat(store.keys().createFirst(key("b"))).isFalse();
    }

    @Test
    void forgetsEverythingButRevocations() {
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));
        store.keys().createFirst(key("a"));
        grant("family");
        grant("revoked");
        store.tokens().revokeFamily("revoked");
        store.codes().issue(code("code"));

        store.archive().clear();

        assertThat(all())
                .containsExactly(
                        new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)));
        assertThat(store.tokens().list(null, 10).items()).isEmpty();
        assertThat(store.clients().list(null, 10).items()).isEmpty();
        assertThat(store.codes().find(code("code").hash())).isEmpty();
        assertThat(store.keys().createFirst(key("b"))).isTrue();
        grant("new");
        assertThat(store.tokens().listByUser("user", null, 10).items()).hasSize(1);
    }

    /** A few at a time. */
    private void write(int count, String prefix) throws Exception {
        int writers = 10;
        Race.of(writers, writer -> {
            for (int i = writer; i < count; i += writers) {
                store.archive().write(family(prefix + i));
            }
            return true;
        });
    }

    @Test
    void readsMany() throws Exception {
        write(MANY, "family-");

        List<Entry> entries = all();

        assertThat(entries).hasSize(MANY);
        assertThat(new HashSet<>(entries)).hasSize(MANY);
    }

    @Test
    void readsWhatStaysWhileOthersComeAndGo() throws Exception {
        write(500, "stays-");
        write(50, "goes-");

        List<List<Entry>> read = Race.of(51, i -> {
            if (i == 50) {
                return all();
            }
            store.tokens().revokeFamily("goes-" + i);
            store.archive().write(family("comes-" + i));
            return List.of();
        });

        assertThat(read.getLast().stream()
                        .filter(entry -> entry instanceof Entry.Family(var grant, var _, var _, var _)
                                && grant.familyId().startsWith("stays-")))
                .hasSize(500)
                .doesNotHaveDuplicates();
    }
}
