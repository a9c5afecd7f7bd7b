package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.AccountStore.Account;
import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.Archive.Outcome;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a backup holds, and how it gets into a store. */
public abstract class ArchiveContract extends StoreContract {
    private static final int MANY = 2_500;

    /** Has the store do at once what it does by itself while this time passes. Its clock has been moved already. */
    protected abstract void age(Store aged, Duration time) throws Exception;

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

    private Account account() {
        return new Account(
                "4711",
                "sealed-account",
                clock.instant().plusSeconds(300),
                clock.instant().plus(GRANT_LIFETIME));
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

    private Outcome write(Entry entry) {
        return store.archive().write(entry);
    }

    @Test
    void readsWhatWasWritten() {
        List<Entry> entries = List.of(
                new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)),
                new Entry.RevokedUser("evil", clock.instant()),
                new Entry.RevokedClient("https://evil.example/client.json", clock.instant()),
                new Entry.ForgottenConsents("somebody", clock.instant()),
                new Entry.Key(key("a")),
                new Entry.Pin("github:alice", "4711"),
                new Entry.Known(account()),
                new Entry.Client(client("client")),
                new Entry.Agreement(consent("user", "client")),
                family("family"));

        assertThat(entries).extracting(this::write).containsOnly(Outcome.ADDED);

        assertThat(all()).containsExactlyElementsOf(entries);
        assertThat(entries).extracting(this::write).containsOnly(Outcome.PRESENT);
        assertThat(all()).containsExactlyElementsOf(entries);
    }

    @Test
    void readsWhatCameIntoBeingByItself() {
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));
        store.keys().createFirst(key("a"));
        store.accounts().save(account());
        store.accounts().pin("github:alice", "4711");
        grant("family");
        grant("revoked");
        store.tokens().revokeFamily("revoked");
        store.tokens().rotate(token("family", 0));
        store.tokens().rotate(token("family", 0));
        store.tokens().revokeUser("evil", clock.instant());
        store.consents().forgetUser("somebody");

        assertThat(all())
                .containsExactlyInAnyOrder(
                        new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)),
                        new Entry.RevokedUser("evil", clock.instant()),
                        new Entry.ForgottenConsents("somebody", clock.instant()),
                        new Entry.Key(key("a")),
                        new Entry.Pin("github:alice", "4711"),
                        new Entry.Known(account()),
                        new Entry.Client(client("client")),
                        new Entry.Agreement(consent("user", "client")),
                        new Entry.Family(
                                store.tokens().findGrant("family").orElseThrow(), SECRET_HASH, clock.instant(), 1));
    }

    @Test
    void bringsAGrantBackToLife() throws Exception {
        write(family("family"));
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
        write(family("family"));
        write(new Entry.Client(client("client")));
        write(new Entry.Agreement(consent("user", "client")));
        write(new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)));
        List<Entry> entries = all();
        clock.advance(GRANT_LIFETIME.plusDays(1));

        assertThat(all()).isEmpty();
        store.archive().clear();
        assertThat(entries).extracting(this::write).containsOnly(Outcome.ENDED);
        assertThat(all()).isEmpty();
    }

    @Test
    void leavesOutWhatIsOlderThanAnythingMayGrow() {
        Instant longAgo = clock.instant().minus(Grant.LONGEST_LIFETIME);
        Instant far = clock.instant().plus(GRANT_LIFETIME);
        Entry old = new Entry.Family(
                new Grant("old", "c", "user", "User", "r", "mcp", 0, longAgo, clock.instant(), far, far),
                SECRET_HASH,
                longAgo,
                0);

        assertThat(write(old)).isEqualTo(Outcome.ENDED);
        assertThat(write(new Entry.Agreement(new Consent("user", "c", "host", "r", "mcp", longAgo, far))))
                .isEqualTo(Outcome.ENDED);
        assertThat(write(new Entry.RevokedUser("user", longAgo))).isEqualTo(Outcome.ENDED);
        assertThat(write(new Entry.RevokedClient("c", longAgo))).isEqualTo(Outcome.ENDED);
        assertThat(write(new Entry.ForgottenConsents("user", longAgo))).isEqualTo(Outcome.ENDED);

        assertThat(all()).isEmpty();
    }

    @Test
    void doesNotReviveWhatWasRevoked() {
        Entry.Family family = family("family");
        write(family);
        store.tokens().revokeFamily("family");
        assertThat(write(family)).isEqualTo(Outcome.ENDED);

        Entry.Family reused = family("reused");
        write(reused);
        store.tokens().rotate(token("reused", 7));
        assertThat(write(reused)).isEqualTo(Outcome.ENDED);

        store.tokens().revokeUser("user", clock.instant());
        assertThat(write(family("of-the-user"))).isEqualTo(Outcome.ENDED);
        clock.advance(Duration.ofMillis(1));
        assertThat(write(family("later"))).isEqualTo(Outcome.ADDED);
        store.tokens().revokeClient("client", clock.instant());
        assertThat(write(family("later"))).isEqualTo(Outcome.ENDED);
        assertThat(write(family("of-the-client"))).isEqualTo(Outcome.ENDED);

        assertThat(store.tokens().list(null, 10).items()).isEmpty();
    }

    /** A grant and a consent that live as long as any may, and what ends them. */
    private void assertStaysDead(Runnable revocation) throws Exception {
        Instant end = clock.instant().plus(Grant.LONGEST_LIFETIME);
        List<Entry> backup = List.of(
                new Entry.Family(
                        new Grant(
                                "long",
                                "client",
                                "user",
                                "User",
                                "r",
                                "mcp",
                                0,
                                clock.instant(),
                                clock.instant(),
                                end,
                                end),
                        SECRET_HASH,
                        clock.instant(),
                        0),
                new Entry.Agreement(new Consent("user", "client", "host", "r", "mcp", clock.instant(), end)));
        assertThat(backup).extracting(this::write).containsOnly(Outcome.ADDED);

        revocation.run();
        for (Duration time :
                List.of(Duration.ofHours(1), Duration.ofDays(2), Grant.LONGEST_LIFETIME.minus(Duration.ofDays(3)))) {
            clock.advance(time);
            age(store, time);
            assertThat(backup).extracting(this::write).containsOnly(Outcome.ENDED);
        }
        clock.advance(Duration.ofDays(1));
        age(store, Duration.ofDays(1));

        assertThat(all()).isEmpty();
        assertThat(backup).extracting(this::write).containsOnly(Outcome.ENDED);
    }

    @Test
    void remembersTheRevocationOfAUserForAsLongAsAnythingCouldComeBack() throws Exception {
        assertStaysDead(() -> store.tokens().revokeUser("user", clock.instant()));
    }

    @Test
    void remembersTheRevocationOfAClientForAsLongAsAnythingCouldComeBack() throws Exception {
        assertStaysDead(() -> store.tokens().revokeClient("client", clock.instant()));
    }

    @Test
    void remembersTheRevocationInABackupForAsLongAsAnythingCouldComeBack() throws Exception {
        assertStaysDead(() -> {
            store.archive().clear();
            write(new Entry.RevokedUser("user", clock.instant()));
        });
    }

    @Test
    void remembersARevocationThatWasRepeatedForLonger() throws Exception {
        Entry.Family family = family("family");
        write(family);
        store.tokens().revokeUser("user", clock.instant());
        clock.advance(Duration.ofHours(1));
        age(store, Duration.ofHours(1));

        store.tokens().revokeUser("user", clock.instant());
        clock.advance(Duration.ofDays(2));
        age(store, Duration.ofDays(2));

        assertThat(write(family)).isEqualTo(Outcome.ENDED);
    }

    @Test
    void doesNotReviveWhatAUserNoLongerAgreesTo() throws Exception {
        Entry consent = new Entry.Agreement(consent("user", "client"));
        write(consent);
        store.consents().forgetUser("user");
        clock.advance(Duration.ofDays(2));
        age(store, Duration.ofDays(2));

        assertThat(write(consent)).isEqualTo(Outcome.ENDED);
        assertThat(find(consent("user", "client"))).isEmpty();

        Consent later = consent("user", "client");
        assertThat(write(new Entry.Agreement(later))).isEqualTo(Outcome.ADDED);
        assertThat(find(later)).contains(later);
    }

    @Test
    void replacesAnAgreementThatHasEnded() {
        store.consents().record(consent("user", "client"));
        store.tokens().revokeClient("client", clock.instant());
        clock.advance(Duration.ofSeconds(1));
        Consent later = consent("user", "client");

        assertThat(write(new Entry.Agreement(later))).isEqualTo(Outcome.ADDED);

        assertThat(find(later)).contains(later);
    }

    private Optional<Consent> find(Consent consent) {
        return store.consents().find(consent.userId(), consent.clientId(), consent.redirectHost(), consent.resource());
    }

    @Test
    void addsOneOfManyAgreementsAtOnceAndNeverInPlaceOfOneThatWasGiven() throws Exception {
        for (int round = 0; round < 20; round++) {
            String user = "user-" + round;
            Consent given = consent(user, "client");
            List<Object> outcomes = Race.of(8, i -> {
                if (i == 0) {
                    store.consents().record(given);
                    return "given";
                }
                return write(new Entry.Agreement(new Consent(
                        user,
                        "client",
                        given.redirectHost(),
                        given.resource(),
                        "backed-up-" + i,
                        clock.instant(),
                        given.expiresAt())));
            });

            assertThat(outcomes).filteredOn(Outcome.ADDED::equals).hasSizeLessThan(2);
            assertThat(find(given)).contains(given);
        }
    }

    @Test
    void endsWhatARevocationMeets() {
        grant("family");
        grant("another", "another-client", "another-user");
        store.consents().record(consent("somebody", "client"));

        assertThat(write(new Entry.RevokedFamily("family", clock.instant().plus(GRANT_LIFETIME))))
                .isEqualTo(Outcome.ADDED);
        assertThat(write(new Entry.RevokedUser("another-user", clock.instant())))
                .isEqualTo(Outcome.ADDED);
        assertThat(write(new Entry.ForgottenConsents("somebody", clock.instant())))
                .isEqualTo(Outcome.ADDED);

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(store.tokens().findGrant("another")).isEmpty();
        assertThat(find(consent("somebody", "client"))).isEmpty();
    }

    @Test
    void letsRevocationsOnlyGrow() {
        List<Entry> now = List.of(
                new Entry.RevokedUser("user", clock.instant()),
                new Entry.RevokedClient("client", clock.instant()),
                new Entry.ForgottenConsents("user", clock.instant()));
        now.forEach(this::write);
        Instant before = clock.instant().minusSeconds(1);

        assertThat(List.of(
                        new Entry.RevokedUser("user", before),
                        new Entry.RevokedClient("client", before),
                        new Entry.ForgottenConsents("user", before)))
                .extracting(this::write)
                .containsOnly(Outcome.PRESENT);

        assertThat(all()).containsExactlyElementsOf(now);
    }

    @Test
    void keepsWhatIsThere() {
        grant("family");
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));
        Instant soon = clock.instant().plusSeconds(1);

        assertThat(List.of(
                        family("family"),
                        new Entry.Client(new RegisteredClient("client", null, null, "{}", clock.instant(), soon)),
                        new Entry.Agreement(new Consent(
                                "user",
                                "client",
                                "client.example",
                                "https://echo.example.com/mcp",
                                "other",
                                clock.instant(),
                                soon))))
                .extracting(this::write)
                .containsOnly(Outcome.PRESENT);

        assertThat(store.tokens().findGrant("family").orElseThrow().sequence()).isZero();
        assertThat(store.clients().find("client")).contains(client("client"));
        assertThat(find(consent("user", "client"))).contains(consent("user", "client"));
    }

    @Test
    void addsKeysToThoseThatAreThere() {
        store.keys().createFirst(key("a"));

        assertThat(write(new Entry.Key(key("b")))).isEqualTo(Outcome.ADDED);

        assertThat(store.keys().list("signing")).containsExactlyInAnyOrder(key("a"), key("b"));
    }

    @Test
    void countsAnImportedKeyAsTheFirstOfItsPurpose() {
        write(new Entry.Key(key("a")));

        assertThat(store.keys().createFirst(key("b"))).isFalse();
    }

    @Test
    void forgetsEverythingButRevocations() {
        store.tokens().revokeUser("evil", clock.instant());
        store.consents().forgetUser("somebody");
        store.clients().create(client("client"));
        store.consents().record(consent("user", "client"));
        store.consents().record(consent("user", "another"));
        store.keys().createFirst(key("a"));
        store.keys().createNext(key("b"), "a");
        grant("family");
        grant("revoked");
        store.tokens().revokeFamily("revoked");
        store.codes().issue(code("code"));

        store.archive().clear();

        assertThat(all())
                .containsExactly(
                        new Entry.RevokedFamily("revoked", clock.instant().plus(GRANT_LIFETIME)),
                        new Entry.RevokedUser("evil", clock.instant()),
                        new Entry.ForgottenConsents("somebody", clock.instant()));
        assertThat(store.tokens().list(null, 10).items()).isEmpty();
        assertThat(store.clients().list(null, 10).items()).isEmpty();
        assertThat(store.codes().find(code("code").hash())).isEmpty();
        assertThat(store.keys().createFirst(key("c"))).isTrue();
        grant("new");
        assertThat(store.tokens().listByUser("user", null, 10).items()).hasSize(1);
    }

    /** A few at a time. */
    private void write(int count, String prefix) throws Exception {
        int writers = 10;
        Race.of(writers, writer -> {
            for (int i = writer; i < count; i += writers) {
                write(family(prefix + i));
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
            write(family("comes-" + i));
            return List.of();
        });

        assertThat(read.getLast().stream()
                        .filter(entry -> entry instanceof Entry.Family(var grant, var _, var _, var _)
                                && grant.familyId().startsWith("stays-")))
                .hasSize(500)
                .doesNotHaveDuplicates();
    }
}
