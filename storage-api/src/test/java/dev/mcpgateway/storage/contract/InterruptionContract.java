package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.CodeStore.Consumption;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.DeviceStore.PendingDevice;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore.Presented;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A store that goes away in the middle of whatever changes it: it has done that wholly or not at all, and the caller
 * who repeats it gets there. Each verb is broken off at every point at which it can be.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class InterruptionContract {
    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int MOST_POINTS = 40;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Store witness;

    /** The store that is broken off. */
    protected abstract Store open(Clock clock) throws Exception;

    /** Another one on the same data, which sees what has become of it. */
    protected abstract Store openWitness(Clock clock) throws Exception;

    /** Has the store go away soon, the later the higher the number of the point. */
    protected abstract void breakOffAt(int point) throws Exception;

    /** Whether it went away; if it has not, it does not any more. Only from some point on may it not. */
    protected abstract boolean wasBrokenOff() throws Exception;

    @BeforeAll
    final void openStores() throws Exception {
        store = open(clock);
        witness = openWitness(clock);
    }

    @AfterAll
    final void closeStores() {
        store.close();
        witness.close();
    }

    /**
     * Something that changes a store.
     *
     * @param prepare brings about the state before, for an id that nothing has yet
     * @param state looks at all that it changes
     */
    record Verb(
            String name,
            BiConsumer<Store, String> prepare,
            BiConsumer<Store, String> run,
            BiFunction<Store, String, String> state,
            String before,
            String after) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Stream<Verb> verbs() {
        return Stream.of(
                new Verb("clients.create", this::nothing, this::createClient, this::metadata, "none", "old"),
                new Verb("clients.update", this::createClient, this::updateClient, this::metadata, "old", "new"),
                new Verb(
                        "clients.extend",
                        this::createClient,
                        (on, id) -> on.clients().extend(id, end().plusSeconds(1)),
                        (on, id) -> Boolean.toString(
                                on.clients().find(id).orElseThrow().expiresAt().isAfter(end())),
                        "false",
                        "true"),
                new Verb(
                        "clients.delete",
                        this::createClient,
                        (on, id) -> on.clients().delete(id),
                        this::metadata,
                        "old",
                        "none"),
                new Verb("logins.begin", this::nothing, this::begin, this::pending, "none", "pending"),
                new Verb(
                        "logins.consume",
                        this::begin,
                        (on, id) -> on.logins().consume(id),
                        this::pending,
                        "pending",
                        "none"),
                new Verb("codes.issue", this::nothing, this::issue, this::code, "none", "unused, no grant"),
                new Verb("codes.consume", this::issue, this::consume, this::code, "unused, no grant", "used, grant"),
                new Verb(
                        "consents.record",
                        this::nothing,
                        (on, id) -> on.consents().record(consent(id, "a")),
                        (on, id) -> agreed(on, id, "a"),
                        "none",
                        "agreed"),
                new Verb(
                        "consents.forgetUser",
                        this::agreeTwice,
                        (on, id) -> on.consents().forgetUser(id),
                        this::agreements,
                        "agreed agreed kept",
                        "none none forgotten"),
                new Verb(
                        "tokens.rotate",
                        this::grant,
                        (on, id) -> on.tokens().rotate(token(id, 0)),
                        this::sequence,
                        "0 live",
                        "1 live"),
                new Verb(
                        "tokens.rotate, reused",
                        (on, id) -> {
                            grant(on, id);
                            on.tokens().rotate(token(id, 6));
                        },
                        (on, id) -> on.tokens().rotate(token(id, 0)),
                        this::sequence,
                        "7 live",
                        "none ended"),
                new Verb(
                        "tokens.revokeFamily",
                        this::grant,
                        (on, id) -> on.tokens().revokeFamily(id),
                        this::sequence,
                        "0 live",
                        "none ended"),
                new Verb(
                        "tokens.revokeUser",
                        this::grantTwice,
                        (on, id) -> on.tokens().revokeUser("user " + id, clock.instant()),
                        this::sequences,
                        "0 0",
                        "none none"),
                new Verb(
                        "tokens.revokeClient",
                        this::grantTwice,
                        (on, id) -> on.tokens().revokeClient("client " + id, clock.instant()),
                        this::sequences,
                        "0 0",
                        "none none"),
                new Verb(
                        "keys.createFirst",
                        this::nothing,
                        (on, id) -> on.keys().createFirst(key(id)),
                        this::keys,
                        "0",
                        "1"),
                new Verb(
                        "keys.createNext",
                        (on, id) -> on.keys().createFirst(key(id)),
                        (on, id) -> on.keys()
                                .createNext(new SealedKey(id, "next", "sealed", clock.instant()), key(id).id()),
                        this::keys,
                        "1",
                        "2"),
                new Verb(
                        "keys.delete",
                        (on, id) -> on.keys().createFirst(key(id)),
                        (on, id) -> on.keys().delete(id, key(id).id()),
                        this::keys,
                        "1",
                        "0"),
                new Verb("devices.begin", this::nothing, this::beginDevice, this::device, "none", "PENDING"),
                new Verb(
                        "devices.decide",
                        this::beginDevice,
                        (on, id) -> on.devices().decide(id, true),
                        this::device,
                        "PENDING",
                        "ALLOWED"),
                new Verb(
                        "tokens.create",
                        this::nothing,
                        (on, id) -> on.tokens().create(newGrant(id, id)),
                        this::sequence,
                        "none live",
                        "0 live"),
                new Verb(
                        "archive.write, a client",
                        this::nothing,
                        (on, id) -> on.archive().write(new Entry.Client(client(id, "old"))),
                        this::metadata,
                        "none",
                        "old"),
                new Verb(
                        "archive.write, a grant",
                        this::nothing,
                        (on, id) -> on.archive().write(family(id)),
                        this::sequence,
                        "none live",
                        "41 live"),
                new Verb(
                        "archive.write, a consent",
                        this::nothing,
                        (on, id) -> on.archive().write(new Entry.Agreement(consent(id, "a"))),
                        (on, id) -> agreed(on, id, "a"),
                        "none",
                        "agreed"),
                new Verb(
                        "archive.write, a key",
                        this::nothing,
                        (on, id) -> on.archive().write(new Entry.Key(key(id))),
                        this::keys,
                        "0",
                        "1"),
                new Verb(
                        "archive.write, a revoked grant",
                        this::grant,
                        (on, id) -> on.archive().write(new Entry.RevokedFamily(id, end())),
                        this::sequence,
                        "0 live",
                        "none ended"),
                new Verb(
                        "archive.write, a revoked user",
                        this::grantTwice,
                        (on, id) -> on.archive().write(new Entry.RevokedUser("user " + id, clock.instant())),
                        this::sequences,
                        "0 0",
                        "none none"),
                new Verb(
                        "archive.write, a revoked client",
                        this::grantTwice,
                        (on, id) -> on.archive().write(new Entry.RevokedClient("client " + id, clock.instant())),
                        this::sequences,
                        "0 0",
                        "none none"),
                new Verb(
                        "archive.write, forgotten consents",
                        this::agreeTwice,
                        (on, id) -> on.archive().write(new Entry.ForgottenConsents(id, clock.instant())),
                        this::agreements,
                        "agreed agreed kept",
                        "none none forgotten"));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    final void happensWhollyOrNotAtAll(Verb verb) throws Exception {
        int point = 0;
        do {
            assertThat(point).isLessThan(MOST_POINTS);
            happensWhollyOrNotAtAll(verb, verb.name() + " " + point, point);
            point++;
        } while (wasBrokenOff);
    }

    private boolean wasBrokenOff;

    private void happensWhollyOrNotAtAll(Verb verb, String id, int point) throws Exception {
        verb.prepare().accept(witness, id);
        assertThat(verb.state().apply(witness, id)).as(id).isEqualTo(verb.before());

        breakOffAt(point);
        boolean acknowledged = runs(verb, id);
        wasBrokenOff = wasBrokenOff();
        awaitReturn();

        String state = verb.state().apply(witness, id);
        assertThat(state).as(id).isIn(verb.before(), verb.after());
        if (acknowledged) {
            assertThat(state).as(id).isEqualTo(verb.after());
        }
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!runs(verb, id)
                && !verb.state().apply(witness, id).equals(verb.after())
                && System.nanoTime() < patience) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        assertThat(verb.state().apply(witness, id)).as("%s, repeated", id).isEqualTo(verb.after());
    }

    private boolean runs(Verb verb, String id) {
        try {
            verb.run().accept(store, id);
            return true;
        } catch (StoreException _) { // It is away, or what is to be created is there.
            return false;
        }
    }

    private void awaitReturn() {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(store) || !answers(witness)) {
            assertThat(System.nanoTime()).as("the store comes back").isLessThan(patience);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean answers(Store asked) {
        try {
            asked.check();
            return true;
        } catch (StoreException _) { // Not yet.
            return false;
        }
    }

    private Instant end() {
        return clock.instant().plus(LIFETIME);
    }

    private void nothing(Store on, String id) {}

    private RegisteredClient client(String id, String metadata) {
        return new RegisteredClient(id, null, null, metadata, clock.instant(), end());
    }

    private void createClient(Store on, String id) {
        on.clients().create(client(id, "old"));
    }

    private void updateClient(Store on, String id) {
        on.clients().update(client(id, "new"));
    }

    private String metadata(Store on, String id) {
        return on.clients().find(id).map(RegisteredClient::metadata).orElse("none");
    }

    private void begin(Store on, String id) {
        on.logins().begin(new PendingLogin(id, "browser", "provider", "{}", end()));
    }

    /** There is no other way to see it than to take it out, and to put it back. */
    private String pending(Store on, String id) {
        Optional<PendingLogin> login = on.logins().consume(id);
        login.ifPresent(on.logins()::begin);
        return login.isPresent() ? "pending" : "none";
    }

    private void beginDevice(Store on, String id) {
        on.devices().begin(new PendingDevice(id, "code", "client", "{}", end()));
    }

    private String device(Store on, String id) {
        return on.devices().status(id, "code").map(Enum::name).orElse("none");
    }

    private void issue(Store on, String id) {
        on.codes()
                .issue(new IssuedCode(
                        id,
                        "client " + id,
                        "u",
                        "c",
                        id,
                        "user " + id,
                        "User",
                        "r",
                        "mcp",
                        clock.instant().plusSeconds(60)));
    }

    private NewGrant newGrant(String familyId, String id) {
        return new NewGrant(
                familyId, "client " + id, "user " + id, "User", "r", "mcp", "h", clock.instant(), end(), end());
    }

    private void consume(Store on, String id) {
        on.codes().consume(id, newGrant(id, id));
    }

    private String code(Store on, String id) {
        if (on.codes().find(id).isEmpty()) {
            return "none";
        }
        String grant = on.tokens().findGrant(id).isPresent() ? "grant" : "no grant";
        try {
            // Of a family that is not its own, which changes nothing.
            assertThat(on.codes().consume(id, newGrant("other", id)))
                    .hasValueSatisfying(used -> assertThat(used).isInstanceOf(Consumption.Replayed.class));
            return "used, " + grant;
        } catch (IllegalArgumentException _) { // It would have been used up.
            return "unused, " + grant;
        }
    }

    private Consent consent(String userId, String resource) {
        return new Consent(userId, "client", "host", resource, "mcp", clock.instant(), end());
    }

    private void agreeTwice(Store on, String id) {
        on.consents().record(consent(id, "a"));
        on.consents().record(consent(id, "b"));
    }

    private String agreed(Store on, String id, String resource) {
        return on.consents().find(id, "client", "host", resource).isPresent() ? "agreed" : "none";
    }

    private String agreements(Store on, String id) {
        boolean forgotten =
                holds(on, entry -> entry instanceof Entry.ForgottenConsents(var userId, var _) && userId.equals(id));
        return agreed(on, id, "a") + " " + agreed(on, id, "b") + (forgotten ? " forgotten" : " kept");
    }

    private static boolean holds(Store on, Predicate<Entry> wanted) {
        var found = new AtomicBoolean();
        on.archive().read(entry -> found.compareAndSet(false, wanted.test(entry)));
        return found.get();
    }

    private void grant(Store on, String id) {
        issue(on, id);
        consume(on, id);
    }

    private void grantTwice(Store on, String id) {
        grant(on, id);
        on.archive().write(family(id, id + "'"));
    }

    private Presented token(String familyId, long sequence) {
        return new Presented(
                familyId, sequence, "h", "client " + familyId, clock.instant(), LIFETIME, Duration.ofMinutes(2), 1_000);
    }

    private String sequenceOf(Store on, String familyId) {
        return on.tokens()
                .findGrant(familyId)
                .map(grant -> Long.toString(grant.sequence()))
                .orElse("none");
    }

    private String sequence(Store on, String id) {
        boolean ended =
                holds(on, entry -> entry instanceof Entry.RevokedFamily(var familyId, var _) && familyId.equals(id));
        return sequenceOf(on, id) + (ended ? " ended" : " live");
    }

    private String sequences(Store on, String id) {
        return sequenceOf(on, id) + " " + sequenceOf(on, id + "'");
    }

    private Entry.Family family(String id) {
        return family(id, id);
    }

    private Entry.Family family(String id, String familyId) {
        return new Entry.Family(
                new Grant(
                        familyId,
                        "client " + id,
                        "user " + id,
                        "User",
                        "r",
                        "mcp",
                        id.equals(familyId) ? 41 : 0,
                        clock.instant(),
                        clock.instant(),
                        end(),
                        end()),
                "h",
                clock.instant(),
                0);
    }

    private static SealedKey key(String purpose) {
        return new SealedKey(purpose, "id", "sealed", Instant.EPOCH);
    }

    private String keys(Store on, String purpose) {
        return Integer.toString(on.keys().list(purpose).size());
    }
}
