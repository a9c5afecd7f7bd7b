package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public abstract class TokenStoreContract extends StoreContract {
    private static final Duration GRACE = Duration.ofMinutes(2);
    private static final int MAX_REPEATS = 3;

    private Instant created;

    @BeforeEach
    final void createGrant() {
        created = clock.instant();
        grant("family");
    }

    private Presented token(long sequence) {
        return token("family", sequence, SECRET_HASH, "client", GRACE);
    }

    private Presented token(String family, long sequence, String secretHash, String client, Duration grace) {
        return new Presented(family, sequence, secretHash, client, clock.instant(), IDLE_LIFETIME, grace, MAX_REPEATS);
    }

    private Rotation rotate(long sequence) {
        return store.tokens().rotate(token(sequence));
    }

    private long currentSequence() {
        return store.tokens().findGrant("family").orElseThrow().sequence();
    }

    /** Advances the family to this sequence. */
    private void advanceTo(long sequence) {
        for (long i = currentSequence(); i < sequence; i++) {
            assertThat(rotate(i)).isInstanceOf(Rotation.Advanced.class);
        }
    }

    @Test
    void createsAGrantWithoutACode() {
        var grant = grantOf(code("own", "machine", "client:machine"));

        store.tokens().create(grant);

        assertThat(store.tokens().findGrant("own")).hasValueSatisfying(found -> {
            assertThat(found.userId()).isEqualTo("client:machine");
            assertThat(found.sequence()).isZero();
            assertThat(found.expiresAt()).isEqualTo(grant.expiresAt());
        });
        assertThat(store.tokens().list(null, 10).items())
                .extracting(Grant::familyId)
                .contains("own");
        assertThat(store.tokens().listByUser("client:machine", null, 10).items())
                .extracting(Grant::familyId)
                .containsExactly("own");
        assertThat(store.tokens().listByClient("machine", null, 10).items())
                .extracting(Grant::familyId)
                .containsExactly("own");
        assertThat(store.tokens().revokeUser("client:machine", clock.instant())).isEqualTo(1);
        assertThat(store.tokens().findGrant("own")).isEmpty();
    }

    @Test
    void createsNoGrantOverAnother() {
        var taken = grantOf(code("family", "machine", "client:machine"));

        assertThatThrownBy(() -> store.tokens().create(taken)).isInstanceOf(StoreException.class);
        store.tokens().revokeFamily("family");
        assertThatThrownBy(() -> store.tokens().create(taken)).isInstanceOf(StoreException.class);

        assertThat(store.tokens().findGrant("family")).isEmpty();
    }

    @Test
    void advancesAndStoresWhatItReturns() {
        clock.advance(Duration.ofHours(1));

        Rotation rotation = rotate(0);

        Grant grant = store.tokens().findGrant("family").orElseThrow();
        assertThat(rotation).isEqualTo(new Rotation.Advanced(grant));
        assertThat(grant.sequence()).isEqualTo(1);
        assertThat(grant.createdAt()).isEqualTo(created);
        assertThat(grant.lastUsedAt()).isEqualTo(clock.instant());
        assertThat(grant.idleExpiresAt()).isEqualTo(clock.instant().plus(IDLE_LIFETIME));
        assertThat(grant.expiresAt()).isEqualTo(created.plus(GRANT_LIFETIME));
    }

    @Test
    void yieldsTheSameSuccessorInsideTheGraceWindow() {
        rotate(0);
        clock.advance(GRACE.minusMillis(1));

        Rotation rotation = rotate(0);

        assertThat(rotation)
                .isEqualTo(
                        new Rotation.Repeated(store.tokens().findGrant("family").orElseThrow()));
        assertThat(currentSequence()).isEqualTo(1);
    }

    @Test
    void revokesTheFamilyWhenTheGraceWindowIsOver() {
        rotate(0);
        clock.advance(GRACE);

        assertThat(rotate(0)).isEqualTo(new Rotation.Reused("family"));

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(1)).isEqualTo(new Rotation.Unknown());
        assertThat(rotate(0)).isEqualTo(new Rotation.Unknown());
    }

    @Test
    void doesNotExtendTheGraceWindowByRepeating() {
        rotate(0);
        clock.advance(GRACE.minusMillis(1));
        rotate(0);
        clock.advance(Duration.ofMillis(1));

        assertThat(rotate(0)).isInstanceOf(Rotation.Reused.class);
    }

    @Test
    void doesNotKeepAFamilyAliveByRepeating() {
        rotate(0);
        Instant idleExpiry = store.tokens().findGrant("family").orElseThrow().idleExpiresAt();
        clock.advance(Duration.ofMinutes(1));

        rotate(0);

        assertThat(store.tokens().findGrant("family").orElseThrow().idleExpiresAt())
                .isEqualTo(idleExpiry);
    }

    @Test
    void repeatsOnlySoOften() {
        rotate(0);
        for (int i = 0; i < MAX_REPEATS; i++) {
            assertThat(rotate(0)).isInstanceOf(Rotation.Repeated.class);
        }

        assertThat(rotate(0)).isInstanceOf(Rotation.Reused.class);

        assertThat(store.tokens().findGrant("family")).isEmpty();
    }

    @Test
    void countsRepeatsAndGraceAnewAfterEveryRotation() {
        rotate(0);
        for (int i = 0; i < MAX_REPEATS; i++) {
            rotate(0);
        }
        clock.advance(GRACE.multipliedBy(2));

        rotate(1);

        assertThat(rotate(1)).isInstanceOf(Rotation.Repeated.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void neverRepeatsWithoutAGraceWindow(long clockStep) {
        rotate(0);
        clock.advance(Duration.ofSeconds(clockStep));

        Rotation rotation = store.tokens().rotate(token("family", 0, SECRET_HASH, "client", Duration.ZERO));

        assertThat(rotation).isInstanceOf(Rotation.Reused.class);
    }

    @Test
    void revokesTheFamilyForAnythingOlderThanThePreviousToken() {
        advanceTo(2);

        assertThat(rotate(0)).isInstanceOf(Rotation.Reused.class);

        assertThat(store.tokens().findGrant("family")).isEmpty();
    }

    @Test
    void movesForwardForATokenThatIsAheadOfTheRow() {
        advanceTo(2);
        clock.advance(Duration.ofHours(1));

        Rotation rotation = rotate(7);

        Grant grant = store.tokens().findGrant("family").orElseThrow();
        assertThat(rotation).isEqualTo(new Rotation.Recovered(grant));
        assertThat(grant.sequence()).isEqualTo(8);
        assertThat(grant.lastUsedAt()).isEqualTo(clock.instant());
        assertThat(rotate(7)).isInstanceOf(Rotation.Repeated.class);
        assertThat(rotate(8)).isInstanceOf(Rotation.Advanced.class);
        assertThat(rotate(2)).isInstanceOf(Rotation.Reused.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void knowsNoTokenWithoutASuccessor(long sequence) {
        assertThat(rotate(sequence)).isEqualTo(new Rotation.Unknown());

        assertThat(currentSequence()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 9})
    void changesNothingForAnotherClientsToken(long sequence) {
        advanceTo(2);
        var before = store.tokens().findGrant("family");

        Rotation rotation = store.tokens().rotate(token("family", sequence, SECRET_HASH, "thief", GRACE));

        assertThat(rotation).isEqualTo(new Rotation.Foreign());
        assertThat(store.tokens().findGrant("family")).isEqualTo(before);
        assertThat(rotate(2)).isInstanceOf(Rotation.Advanced.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 9})
    void changesNothingForAWrongSecret(long sequence) {
        advanceTo(2);
        var before = store.tokens().findGrant("family");

        for (String client : List.of("client", "thief")) {
            Rotation rotation = store.tokens().rotate(token("family", sequence, "wrong", client, GRACE));
            assertThat(rotation).isEqualTo(new Rotation.Unknown());
        }

        assertThat(store.tokens().findGrant("family")).isEqualTo(before);
    }

    @Test
    void advancesForExactlyOneOfMany() throws Exception {
        var second = another();
        Presented token =
                new Presented("family", 0, SECRET_HASH, "client", clock.instant(), IDLE_LIFETIME, GRACE, 1_000);

        var rotations = Race.of(100, i -> (i % 2 == 0 ? store : second).tokens().rotate(token));

        assertThat(rotations).filteredOn(Rotation.Advanced.class::isInstance).hasSize(1);
        assertThat(rotations)
                .filteredOn(Rotation.Repeated.class::isInstance)
                .hasSize(99)
                .allMatch(rotation -> rotation instanceof Rotation.Repeated(Grant grant) && grant.sequence() == 1);
        assertThat(currentSequence()).isEqualTo(1);
    }

    @Test
    void repeatsForNoMoreThanTheAllowedOnesOfMany() throws Exception {
        Presented token = token(0);

        var rotations = Race.of(50, _ -> store.tokens().rotate(token));

        assertThat(rotations).filteredOn(Rotation.Advanced.class::isInstance).hasSize(1);
        assertThat(rotations).filteredOn(Rotation.Repeated.class::isInstance).hasSize(MAX_REPEATS);
        assertThat(rotations).filteredOn(Rotation.Reused.class::isInstance).hasSize(1);
        assertThat(store.tokens().findGrant("family")).isEmpty();
    }

    @Test
    void livesUntilJustBeforeItsIdleExpiry() {
        clock.advance(IDLE_LIFETIME.minusMillis(1));
        assertThat(store.tokens().findGrant("family")).isPresent();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(0)).isEqualTo(new Rotation.Unknown());
        assertThat(store.tokens().revokeFamily("family")).isFalse();
    }

    @Test
    void endsAtItsAbsoluteExpiryHoweverOftenItIsUsed() {
        clock.advance(IDLE_LIFETIME.minusDays(1));
        rotate(0);
        clock.advance(IDLE_LIFETIME.minusDays(1));
        rotate(1);
        clock.advance(IDLE_LIFETIME.minusDays(1));
        rotate(2);
        assertThat(currentSequence()).isEqualTo(3);

        clock.set(created.plus(GRANT_LIFETIME).minusMillis(1));
        assertThat(store.tokens().findGrant("family")).isPresent();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(3)).isEqualTo(new Rotation.Unknown());
    }

    @Test
    void revokesAFamilyOnce() {
        assertThat(store.tokens().revokeFamily("family")).isTrue();
        assertThat(store.tokens().revokeFamily("family")).isFalse();

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(0)).isEqualTo(new Rotation.Unknown());
    }

    @Test
    void staysRevokedWhenRotationsRaceTheRevocation() throws Exception {
        Presented token = token(0);

        var outcomes = Race.of(
                50,
                i -> i == 25
                        ? store.tokens().revokeFamily("family")
                        : store.tokens().rotate(token));

        assertThat(outcomes).hasSize(50);
        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(1)).isEqualTo(new Rotation.Unknown());
    }

    @Test
    void endsTheGrantsOfAUserCreatedUpToTheMoment() {
        clock.advance(Duration.ofMillis(1));
        grant("second");
        grant("foreign", "client", "other");
        Instant upTo = clock.instant();
        clock.advance(Duration.ofMillis(1));
        grant("later");

        assertThat(store.tokens().revokeUser("user", upTo)).isEqualTo(2);

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(store.tokens().findGrant("second")).isEmpty();
        assertThat(store.tokens().findGrant("later")).isPresent();
        assertThat(store.tokens().findGrant("foreign")).isPresent();
        assertThat(rotate(0)).isEqualTo(new Rotation.Unknown());
        assertThat(store.tokens().revokeFamily("family")).isFalse();
        assertThat(familyIds(after -> store.tokens().list(after, 10))).containsExactly("foreign", "later");
        assertThat(familyIds(after -> store.tokens().listByUser("user", after, 10)))
                .containsExactly("later");
    }

    @Test
    void endsTheGrantsOfAClientCreatedUpToTheMoment() {
        grant("foreign", "other", "user");
        Instant upTo = clock.instant();
        clock.advance(Duration.ofMillis(1));
        grant("later");

        assertThat(store.tokens().revokeClient("client", upTo)).isEqualTo(1);

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(store.tokens().findGrant("later")).isPresent();
        assertThat(store.tokens().findGrant("foreign")).isPresent();
        assertThat(rotate(0)).isEqualTo(new Rotation.Unknown());
        assertThat(familyIds(after -> store.tokens().listByClient("client", after, 10)))
                .containsExactly("later");
    }

    @Test
    void countsEveryEndedGrantOnce() throws Exception {
        grant("second");
        Instant upTo = clock.instant();

        List<Integer> ended = Race.of(20, _ -> store.tokens().revokeUser("user", upTo));

        assertThat(ended.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2);
        assertThat(store.tokens().revokeUser("user", upTo)).isZero();
        assertThat(store.tokens().revokeClient("client", upTo)).isZero();
    }

    @Test
    void neverMovesAMarkerBack() {
        Instant upTo = clock.instant();
        store.tokens().revokeUser("user", upTo);

        assertThat(store.tokens().revokeUser("user", upTo.minusSeconds(60))).isZero();

        assertThat(store.tokens().findGrant("family")).isEmpty();
    }

    @Test
    void endsAGrantThatIsCreatedAfterTheMarkerButDatedBeforeIt() {
        store.tokens().revokeUser("user", clock.instant().plusSeconds(1));

        grant("late");

        assertThat(store.tokens().findGrant("late")).isEmpty();
    }

    @Test
    void acceptsMomentsAtTheEndsOfTime() {
        assertThat(store.tokens().revokeUser("user", Instant.MIN)).isZero();
        assertThat(store.tokens().revokeUser("user", Instant.MAX)).isEqualTo(1);
    }

    @Test
    void staysDeadWhenRotationsRaceTheMarker() throws Exception {
        Presented token = token(0);
        Instant upTo = clock.instant();

        Race.of(
                50,
                i -> i == 25
                        ? store.tokens().revokeUser("user", upTo)
                        : store.tokens().rotate(token));

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(rotate(1)).isEqualTo(new Rotation.Unknown());
    }

    @Test
    void seesNoGrantAliveOnceItsMarkerIsWritten() throws Exception {
        var second = another();
        Instant upTo = clock.instant();

        List<Boolean> alive = Race.of(40, i -> {
            (i % 2 == 0 ? store : second).tokens().revokeUser("user", upTo);
            return (i % 2 == 0 ? second : store).tokens().findGrant("family").isPresent();
        });

        assertThat(alive).containsOnly(false);
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeFamilyUserOrClient(String id) {
        assertThat(store.tokens().findGrant(id)).isEmpty();
        assertThat(store.tokens().rotate(token(id, 0, SECRET_HASH, "client", GRACE)))
                .isEqualTo(new Rotation.Unknown());
        assertThat(store.tokens().rotate(token("family", 0, id, "client", GRACE)))
                .isEqualTo(new Rotation.Unknown());
        assertThat(store.tokens().rotate(token("family", 0, SECRET_HASH, id, GRACE)))
                .isEqualTo(new Rotation.Foreign());
        assertThat(store.tokens().revokeFamily(id)).isFalse();
        assertThat(store.tokens().listByUser(id, null, 10).items()).isEmpty();
        assertThat(store.tokens().listByClient(id, null, 10).items()).isEmpty();

        assertThat(currentSequence()).isZero();
    }

    @Test
    void listsPageByPageInTheOrderOfFamilyIds() {
        for (String id : List.of("e", "c", "a", "d", "b")) {
            grant(id, id.equals("a") ? "other" : "client", id.equals("b") ? "other" : "user");
        }

        assertThat(familyIds(after -> store.tokens().list(after, 2)))
                .containsExactly("a", "b", "c", "d", "e", "family");
        assertThat(familyIds(after -> store.tokens().listByUser("user", after, 2)))
                .containsExactly("a", "c", "d", "e", "family");
        assertThat(familyIds(after -> store.tokens().listByClient("client", after, 2)))
                .containsExactly("b", "c", "d", "e", "family");
    }

    @Test
    void cutsPagesThatAreTooLargeAndRefusesEmptyOnes() {
        assertThat(store.tokens().list(null, Integer.MAX_VALUE).items()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> store.tokens().list(null, 0));
    }

    @Test
    void remembersAfterARestart() throws Exception {
        rotate(0);
        var before = store.tokens().findGrant("family");
        grant("revoked");
        store.tokens().revokeFamily("revoked");
        grant("marked", "marked", "marked");
        store.tokens().revokeUser("marked", clock.instant());

        restart();

        assertThat(store.tokens().findGrant("family")).isEqualTo(before);
        assertThat(store.tokens().findGrant("revoked")).isEmpty();
        assertThat(store.tokens().findGrant("marked")).isEmpty();
        assertThat(rotate(0)).isInstanceOf(Rotation.Repeated.class);
    }

    private static List<String> familyIds(Function<@Nullable String, Page<Grant>> listing) {
        List<String> ids = new ArrayList<>();
        String after = null;
        do {
            Page<Grant> page = listing.apply(after);
            page.items().forEach(grant -> ids.add(grant.familyId()));
            after = page.next();
        } while (after != null);
        return ids;
    }
}
