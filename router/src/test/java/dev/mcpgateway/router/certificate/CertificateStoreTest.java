package dev.mcpgateway.router.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.LogLines;
import dev.mcpgateway.router.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateStoreTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("Some CA");
    private static final Set<String> HOSTS = Set.of("a.example.com", "b.example.com");

    @TempDir
    private Path folder;

    @Test
    void prefersTheOperatorsOwnThenWhatWasOrderedThenALocalOne() throws IOException, GeneralSecurityException {
        try (CertificateStore store = open(folder)) {
            assertThat(store.isReady()).isTrue();
            assertThat(sources(store)).containsExactly("a.example.com local", "b.example.com local");

            store.issued().put("a.example.com", AUTHORITY.certify("a.example.com"));
            store.issued().put("c.example.com", AUTHORITY.certify("c.example.com"));
            store.refresh();
            assertThat(sources(store)).containsExactly("a.example.com issued", "b.example.com local");

            own("mine.pem", AUTHORITY.certify("a.example.com"));
            store.refresh();
            assertThat(sources(store)).containsExactly("a.example.com own", "b.example.com local");

            Files.delete(folder.resolve("own/mine.pem"));
            store.refresh();
            assertThat(sources(store)).containsExactly("a.example.com issued", "b.example.com local");
        }
    }

    @Test
    void saysOnceWhichHostsHaveALocalOne() throws IOException {
        try (LogLines log = LogLines.of(CertificateStore.class);
                CertificateStore store = open(folder)) {
            store.refresh();
            assertThat(log.containing("event=shown-local"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains("hosts=a.example.com,b.example.com:")
                            .contains(store.authorityFile().toString()));

            own("mine.pem", AUTHORITY.certify("a.example.com"));
            store.refresh();
            assertThat(log.containing("event=shown-local"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("hosts=b.example.com:");
        }
    }

    @Test
    void usesAWildcardForEveryHostOneLevelBelow() throws IOException, GeneralSecurityException {
        try (CertificateStore store = open(folder)) {
            store.issued().put("*.example.com", AUTHORITY.certify("*.example.com", "example.com"));
            store.refresh();

            assertThat(sources(store))
                    .containsExactly("*.example.com issued", "a.example.com issued", "b.example.com issued");
            assertThat(folder.resolve("issued/_.example.com.pem")).exists();
        }
    }

    /** Whatever happens to the files, what was good goes on to be shown. */
    @Test
    void keepsWhatItShowsWhileFilesHoldGarbage() throws IOException, GeneralSecurityException {
        try (CertificateStore store = open(folder)) {
            Credential good = AUTHORITY.certify("a.example.com");
            Files.createDirectories(folder.resolve("own"));
            Files.writeString(folder.resolve("own/a.crt"), TestAuthority.chainPem(good));
            Files.writeString(folder.resolve("own/a.key"), TestAuthority.pem(good.key()));
            store.issued().put("b.example.com", AUTHORITY.certify("b.example.com"));
            store.refresh();

            Files.writeString(folder.resolve("own/a.crt"), TestAuthority.chainPem(AUTHORITY.certify("a.example.com")));
            Files.writeString(folder.resolve("issued/b.example.com.pem"), "-----BEGIN CERT");
            store.refresh();

            assertThat(sources(store)).containsExactly("a.example.com own", "b.example.com issued");
            assertThat(store.problems())
                    .containsExactly(
                            folder.resolve("issued/b.example.com.pem") + " cannot be used: it holds no PRIVATE KEY",
                            folder.resolve("own/a.crt")
                                    + " cannot be used: none of the 1 keys in the folder belongs to its certificate");
        }
    }

    @Test
    void waitsForACertificateToBecomeValid() throws IOException {
        SettableClock clock = new SettableClock();
        try (CertificateStore store = open(folder, clock)) {
            own(
                    "mine.pem",
                    AUTHORITY.certify(TestAuthority.ecKey(), Instant.now().plusSeconds(60), "a.example.com"));
            store.refresh();
            assertThat(sources(store)).containsExactly("a.example.com local", "b.example.com local");
            assertThat(store.problems()).singleElement().asString().contains("is not valid before");

            clock.advance(Duration.ofSeconds(61));
            store.refresh();
            assertThat(sources(store)).containsExactly("a.example.com own", "b.example.com local");
            assertThat(store.problems()).isEmpty();
        }
    }

    /** Clients are told that it has expired, which is more than that nobody knows its authority. */
    @Test
    void goesOnShowingWhatHasExpired() throws IOException, GeneralSecurityException {
        SettableClock clock = new SettableClock();
        try (CertificateStore store = open(folder, clock)) {
            store.issued().put("a.example.com", AUTHORITY.certify("a.example.com"));
            clock.advance(Duration.ofDays(91));
            store.refresh();

            assertThat(sources(store)).containsExactly("a.example.com issued", "b.example.com local");
            assertThat(store.isReady()).isFalse();
        }
    }

    @Test
    void makesLocalCertificatesAnewBeforeTheyExpire() throws IOException {
        SettableClock clock = new SettableClock();
        try (CertificateStore store = open(folder, clock)) {
            Instant first = store.describe().getFirst().expires();

            clock.advance(Duration.ofDays(61));
            store.refresh();

            assertThat(store.describe().getFirst().expires()).isAfter(first);
        }
    }

    /** A broken local authority is a problem of its certificates alone. */
    @Test
    void goesOnWhereLocalCertificatesCannotBeMadeAnew() throws IOException, GeneralSecurityException {
        SettableClock clock = new SettableClock();
        try (CertificateStore store = open(folder, clock)) {
            Files.writeString(folder.resolve("local-ca-key.pem"), "garbage");
            clock.advance(Duration.ofDays(61));
            store.issued().put("a.example.com", AUTHORITY.certify("a.example.com"));
            store.refresh();

            assertThat(sources(store)).containsExactly("a.example.com issued", "b.example.com local");
            assertThat(store.isReady()).isTrue();
            assertThat(store.problems()).singleElement().asString().contains("local-ca-key.pem cannot be used");
        }
    }

    @Test
    void keepsKeysForItsUserAlone() throws IOException, GeneralSecurityException {
        try (CertificateStore store = open(folder.resolve("new"))) {
            store.issued().put("a.example.com", AUTHORITY.certify("a.example.com"));

            assertThat(mode("new")).isEqualTo("rwx------");
            assertThat(mode("new/local-ca-key.pem")).isEqualTo("rw-------");
            assertThat(mode("new/issued")).isEqualTo("rwx------");
            assertThat(mode("new/issued/a.example.com.pem")).isEqualTo("rw-------");
        }
    }

    @Test
    void sharesItsFolderWithOthersThatStartAtTheSameTime()
            throws IOException, GeneralSecurityException, InterruptedException, ExecutionException {
        try (ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CertificateStore>> stores = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                stores.add(starts.submit(() -> open(folder)));
            }
            for (Future<CertificateStore> store : stores) {
                try (CertificateStore one = store.get()) {
                    assertThat(one.isReady()).isTrue();
                    assertThat(one.describe().stream()
                                    .map(CertificateDescription::issuer)
                                    .distinct())
                            .containsExactly(PemFile.readCertificate(one.authorityFile())
                                    .getSubjectX500Principal()
                                    .getName());
                }
            }
        }
    }

    private static List<String> sources(CertificateStore store) {
        return store.describe().stream()
                .map(one -> one.host() + " " + one.source())
                .toList();
    }

    private void own(String name, Credential credential) throws IOException {
        Files.createDirectories(folder.resolve("own"));
        Files.writeString(
                folder.resolve("own").resolve(name),
                TestAuthority.chainPem(credential) + TestAuthority.pem(credential.key()));
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }

    private static CertificateStore open(Path folder) {
        return open(folder, Clock.systemUTC());
    }

    private static CertificateStore open(Path folder, Clock clock) {
        return CertificateStore.open(
                folder, Set.of("example.com"), HOSTS, "a.example.com", ChallengeCertificates.NONE, clock);
    }
}
