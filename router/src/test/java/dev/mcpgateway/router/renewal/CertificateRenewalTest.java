package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.SettableClock;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.IssuedCertificates;
import dev.mcpgateway.router.certificate.TestAuthority;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.settings.Problems;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateRenewalTest {
    private static final String DIRECTORY = "https://acme.example/directory";
    private static final String A = "a.example.com";
    private static final String B = "b.example.com";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final ScriptedAuthority authority = new ScriptedAuthority(clock);
    private final Map<String, Credential> shown = new ConcurrentHashMap<>();

    private Preflight preflight = new Preflight(new Preflight.Method.Dns01(), LookUp.system(), Duration.ofSeconds(1));
    private PreflightPolicy policy = PreflightPolicy.CHECK;

    @Test
    void ordersWhatIsMissingAtOnceAndShowsIt() throws Exception {
        CertificateRenewal renewal = renewal(A, B);

        renewal.pass();

        assertThat(authority.orders).containsExactly(A, B);
        assertThat(shown).containsOnlyKeys(A, B);
        assertThat(onDisk(A)).contains(shown.get(A));
        assertThat(renewal.missing()).isZero();
        assertThat(renewal.status().getFirst().expires())
                .isEqualTo(clock.instant().plus(Duration.ofDays(90)));
        assertThat(renewal.status().getFirst().lastSuccess()).isEqualTo(clock.instant());
    }

    @Test
    void whatIsThereIsNotOrdered() {
        renewal(A).pass();

        CertificateRenewal again = renewal(A);
        for (int day = 0; day < 50; day++) {
            again.pass();
            clock.advance(DAY);
        }

        assertThat(authority.orders).containsExactly(A);
    }

    @Test
    void renewsAtTwoThirdsAndNamesWhatItReplaces() {
        CertificateRenewal renewal = renewal(A);
        renewal.pass();
        Instant first = clock.instant();
        Credential old = shown.get(A);

        passUntil(renewal, () -> authority.orders.size() == 2, HOUR.multipliedBy(4));

        assertThat(Duration.between(first, clock.instant()).toDays()).isBetween(55L, 65L);
        assertThat(authority.replaced.getLast()).contains(old.certificate());
        assertThat(shown.get(A)).isNotEqualTo(old);
    }

    @Test
    void renewsThoseThatLiveForHoursInTime() {
        authority.lifetime = Duration.ofHours(6);
        CertificateRenewal renewal = renewal(A);
        Instant end = clock.instant().plus(Duration.ofDays(3));
        while (clock.instant().isBefore(end)) {
            renewal.pass();
            assertThat(shown.get(A).expiresAt()).isAfter(clock.instant());
            clock.advance(Duration.ofMinutes(10));
        }

        assertThat(authority.orders).hasSizeBetween(16, 22);
    }

    @Test
    void aSuggestionOfTheAuthoritysCounts() {
        CertificateRenewal renewal = renewal(A);
        renewal.pass();
        clock.advance(HOUR.multipliedBy(2));
        renewal.pass();
        assertThat(authority.orders).hasSize(1);

        Instant now = clock.instant();
        authority.window = Optional.of(new RenewalWindow(now.minusSeconds(100), now.minusSeconds(10), now));
        clock.advance(DAY);
        renewal.pass();
        renewal.pass();

        assertThat(authority.orders).hasSize(2);
    }

    @Test
    void suggestionsAreAskedForWhenTheAuthoritySays() {
        Instant start = clock.instant();
        authority.window = Optional.of(
                new RenewalWindow(start.plus(Duration.ofDays(50)), start.plus(Duration.ofDays(51)), start.plus(DAY)));
        CertificateRenewal renewal = renewal(A);
        for (int i = 0; i < 47; i++) {
            renewal.pass();
            clock.advance(Duration.ofMinutes(30));
        }

        assertThat(authority.asked).hasSize(1);
    }

    @Test
    void neverTwoOrdersOfACertificateWithinAnHourHoweverOftenItStarts() {
        authority.fail(Reason.NOT_PROVEN, Optional.empty());
        for (int minute = 0; minute < 120; minute++) {
            renewal(A).pass();
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(authority.orders).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anOrderThatACrashCutOffCountsAsOne() {
        authority.during = () -> {
            throw new Crash();
        };
        CertificateRenewal crashing = renewal(A);
        try {
            crashing.pass();
        } catch (Crash _) {
            // as kill -9 does, as far as files go
        }
        authority.during = () -> {};

        CertificateRenewal next = renewal(A);
        next.pass();
        assertThat(authority.orders).hasSize(1);
        clock.advance(Duration.ofMinutes(67));
        next.pass();
        assertThat(authority.orders).hasSize(2);
        assertThat(shown).containsKey(A);
    }

    @Test
    void anAuthorityThatIsDownForThirtyDaysIsNotHammeredAndTheCertificateStays() throws Exception {
        CertificateRenewal renewal = renewal(A);
        renewal.pass();
        Credential old = shown.get(A);
        clock.advance(Duration.ofDays(54));
        authority.fail(Reason.UNREACHABLE, Optional.empty());
        int asked = authority.asked.size();
        Instant end = clock.instant().plus(Duration.ofDays(30));
        while (clock.instant().isBefore(end)) {
            renewal.pass();
            clock.advance(HOUR);
        }

        int attempts = authority.orders.size() - 1;
        assertThat(attempts).as("orders in up to 30 days").isBetween(55, 123); // 3 back-offs, then one in 6 hours
        assertThat(authority.asked.size() - asked).as("questions").isLessThanOrEqualTo(121);
        assertThat(onDisk(A)).contains(old);
        assertThat(shown.get(A)).isEqualTo(old);
        assertThat(renewal.status().getFirst().problem()).isEqualTo("scripted UNREACHABLE");

        authority.failure = null;
        Instant back = clock.instant();
        passUntil(renewal, () -> !shown.get(A).equals(old), HOUR);
        assertThat(Duration.between(back, clock.instant())).isLessThanOrEqualTo(Duration.ofHours(8));
    }

    @Test
    void aRefusingAuthorityIsAskedOnceADay() {
        authority.fail(Reason.REFUSED, Optional.empty());
        CertificateRenewal renewal = renewal(A);
        Instant end = clock.instant().plus(Duration.ofDays(30));
        while (clock.instant().isBefore(end)) {
            renewal.pass();
            clock.advance(HOUR);
        }

        assertThat(authority.orders).hasSizeBetween(29, 34);
    }

    @Test
    void manyNamesDoNotAskAnAuthorityThatIsDownOneAfterTheOther() {
        authority.fail(Reason.UNREACHABLE, Optional.empty());
        CertificateRenewal renewal = renewal(A, B, "c.example.com", "d.example.com");

        renewal.pass();

        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void ordersOfAMinuteAreBounded() {
        CertificateRenewal renewal = new CertificateRenewal(
                parts(authority, new Ledger(folder, DIRECTORY, 2, clock)), Set.of(A, B, "c.example.com"));

        renewal.pass();
        assertThat(authority.orders).hasSize(2);
        clock.advance(Duration.ofMinutes(1));
        renewal.pass();
        assertThat(authority.orders).hasSize(3);
    }

    @Test
    void twoRoutersOrderOnce() throws Exception {
        CountDownLatch ordering = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        authority.during = () -> {
            ordering.countDown();
            await(go);
        };
        CertificateRenewal one = renewal(A);
        CertificateRenewal two = renewal(A);
        Thread first = Thread.ofVirtual().start(one::pass);
        await(ordering);

        two.pass();
        assertThat(two.leaseHolder()).contains("router");
        go.countDown();
        first.join();
        two.pass();

        assertThat(authority.orders).containsExactly(A);
        assertThat(two.status().getFirst().expires()).isEqualTo(shown.get(A).expiresAt());
    }

    @Test
    void aRouterThatWasPausedDuringAnOrderDoesNotOverwrite() throws Exception {
        Credential others = TestAuthority.issue(List.of(A), clock.instant(), Duration.ofDays(80));
        authority.during = () -> {
            clock.advance(Duration.ofMinutes(5)); // longer than the lease, as a paused process sleeps
            try {
                Lease.Held _ = lease("the other").tryAcquire().orElseThrow();
                new IssuedCertificates(folder).put(A, others);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };

        renewal(A).pass();

        assertThat(onDisk(A)).contains(others);
        assertThat(shown).isEmpty();
    }

    @Test
    void aFullDiskKeepsTheFreshCertificateInMemoryAndOrdersNoOther() throws Exception {
        Path obstacle = folder.resolve(A + ".pem.new/obstacle");
        Files.createDirectories(obstacle);
        CertificateRenewal renewal = renewal(A);
        for (int hour = 0; hour < 5; hour++) {
            renewal.pass();
            clock.advance(HOUR);
        }
        assertThat(authority.orders).hasSize(1);
        assertThat(shown).containsKey(A);
        assertThat(onDisk(A)).isEmpty();
        assertThat(renewal.status().getFirst().problem()).contains("cannot be saved");

        Files.delete(obstacle);
        renewal.pass();

        assertThat(onDisk(A)).contains(shown.get(A));
        assertThat(renewal.status().getFirst().problem()).isEmpty();
        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void anOrderThatCannotBeWrittenDownIsNotMade() throws Exception {
        Path obstacle = folder.resolve("ledger.json.new/obstacle");
        Files.createDirectories(obstacle);
        CertificateRenewal renewal = renewal(A);

        renewal.pass();

        assertThat(authority.orders).isEmpty();
        assertThat(renewal.status().getFirst().problem()).contains("cannot be written down");
        Files.delete(obstacle);
        clock.advance(Duration.ofMinutes(2));
        renewal.pass();
        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void anUnreadableLedgerStopsOrdersOnly() throws Exception {
        Files.createDirectories(folder.resolve(Ledger.FILE).resolve("folder"));

        assertThat(renewal(A).pass()).isEqualTo(Duration.ofSeconds(30));

        assertThat(authority.orders).isEmpty();
    }

    @Test
    void aBrokenFileIsReplaced() throws Exception {
        Files.writeString(folder.resolve(A + ".pem"), "garbage");
        new IssuedCertificates(folder)
                .put(B, TestAuthority.issue(List.of("other.example.com"), clock.instant(), DAY.multipliedBy(90)));
        Credential one = TestAuthority.issue(List.of("c.example.com"), clock.instant(), DAY.multipliedBy(90));
        Credential two = TestAuthority.issue(List.of("c.example.com"), clock.instant(), DAY.multipliedBy(90));
        new IssuedCertificates(folder).put("c.example.com", new Credential(one.key(), two.chain()));

        renewal(A, B, "c.example.com").pass();

        assertThat(authority.orders).containsExactly(A, B, "c.example.com");
        assertThat(onDisk(A)).contains(shown.get(A));
    }

    @Test
    void certificatesOfStagingAreReplacedByThoseOfProduction() {
        renewal(A).pass();
        Credential staging = shown.get(A);
        clock.advance(Duration.ofSeconds(10));

        CertificateRenewal production = new CertificateRenewal(
                parts(authority, new Ledger(folder, "https://production.example/directory", 10, clock)), Set.of(A));
        production.pass();
        production.pass();

        assertThat(authority.orders).hasSize(2);
        assertThat(authority.replaced.getLast()).isEmpty();
        assertThat(shown.get(A)).isNotEqualTo(staging);
    }

    @Test
    void aNameThatDoesNotLeadHereIsNotOrderedAndLookedAtAgain() throws Exception {
        int closed = closedPort();
        preflight = new Preflight(
                new Preflight.Method.TlsAlpn01(closed),
                _ -> List.of(InetAddress.getLoopbackAddress()),
                Duration.ofSeconds(1));
        CertificateRenewal renewal = renewal(A);

        renewal.pass();

        assertThat(authority.orders).isEmpty();
        assertThat(Files.exists(folder.resolve(Ledger.FILE))).isFalse();
        RenewalStatus status = renewal.status().getFirst();
        assertThat(status.problem()).startsWith("a.example.com resolves to 127.0.0.1, where port " + closed);
        assertThat(status.nextAttempt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(1)));
        clock.advance(Duration.ofMinutes(1));
        renewal.pass();
        assertThat(renewal.status().getFirst().nextAttempt())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(2)));
        clock.advance(Duration.ofMinutes(2));
        try (ServerSocket _ = new ServerSocket(closed, 1, InetAddress.getLoopbackAddress())) {
            renewal.pass();
        }
        assertThat(authority.orders).containsExactly(A);
        assertThat(renewal.status().getFirst().problem()).isEmpty();
    }

    @Test
    void aPreflightThatOnlyWarnsDoesNotKeepFromOrdering() throws Exception {
        preflight = new Preflight(
                new Preflight.Method.TlsAlpn01(closedPort()),
                _ -> List.of(InetAddress.getLoopbackAddress()),
                Duration.ofSeconds(1));
        policy = PreflightPolicy.WARN;

        renewal(A).pass();

        assertThat(authority.orders).containsExactly(A);
    }

    @Test
    void anOperatorNeedNotWaitButForTheAuthority() {
        authority.fail(Reason.NOT_PROVEN, Optional.empty());
        CertificateRenewal renewal = renewal(A);
        renewal.pass();
        assertThat(renewal.renew(A).words()).isEqualTo("a.example.com was ordered and not issued: scripted NOT_PROVEN");

        Instant tomorrow = clock.instant().plus(DAY);
        authority.fail(Reason.RATE_LIMITED, Optional.of(tomorrow));
        renewal.renew(A);
        authority.failure = null;

        RenewalAnswer refused = renewal.renew(A);
        assertThat(refused.isRenewed()).isFalse();
        assertThat(refused.words())
                .startsWith("The certificate authority said not to order a.example.com before " + tomorrow);
        clock.advance(DAY);
        assertThat(renewal.renew(A).isRenewed()).isTrue();
        assertThat(shown).containsKey(A);
    }

    @Test
    void anOperatorIsToldWhatGetsNoCertificate() {
        CertificateRenewal renewal = renewal("localhost");

        assertThat(renewal.renew("localhost").words()).contains("keeps a local certificate");
        assertThat(renewal.renew("stranger.example.com").words()).contains("is not a host of any route");
        assertThat(renewal.localHosts()).containsOnlyKeys("localhost");
        assertThat(authority.orders).isEmpty();
    }

    @Test
    void newHostsAreOrderedWithinSeconds() {
        try (CertificateRenewal renewal =
                CertificateRenewal.start(parts(authority, new Ledger(folder, DIRECTORY, 10, clock)), Set.of(A))) {
            eventually(() -> shown.containsKey(A));

            renewal.use(Set.of(B));

            eventually(() -> shown.containsKey(B));
            eventually(() -> renewal.status().size() == 1);
        }
    }

    /** Not caught by anybody. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private CertificateRenewal renewal(String... hosts) {
        return new CertificateRenewal(parts(authority, new Ledger(folder, DIRECTORY, 10, clock)), Set.of(hosts));
    }

    private RenewalParts parts(CertificateAuthority authority, Ledger ledger) {
        return new RenewalParts(
                CertificateNames.read(List.of(), URI.create(DIRECTORY), false, new Problems()),
                authority,
                new IssuedCertificates(folder),
                ledger,
                lease("router"),
                preflight,
                policy,
                (wanted, credential) -> wanted.hosts().forEach(host -> shown.put(host, credential)),
                clock);
    }

    private Lease lease(String name) {
        return new Lease(folder, name, Duration.ofMinutes(1), clock);
    }

    private Optional<Credential> onDisk(String name) throws Exception {
        return new IssuedCertificates(folder).find(name);
    }

    private void passUntil(CertificateRenewal renewal, BooleanSupplier condition, Duration step) {
        for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
            clock.advance(step);
            renewal.pass();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
