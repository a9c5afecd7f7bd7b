package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChallengeFolderTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path certificates;

    @Test
    void tellsAnotherRouterWithinTheTimeThatOrdersWait() throws Exception {
        ChallengeFolder orders = new ChallengeFolder(certificates, CLOCK);
        ChallengeFolder answers = new ChallengeFolder(certificates, CLOCK);
        assertThat(answers.find("http-01.token")).isEmpty();

        long put = System.nanoTime();
        orders.put("http-01.token", "answer");

        long end = put + ChallengeFolder.SETTLED.toNanos();
        while (answers.find("http-01.token").isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        assertThat(answers.find("http-01.token")).contains("answer");
    }

    @Test
    void forgetsWhatIsWithdrawn() throws Exception {
        ChallengeFolder folder = new ChallengeFolder(certificates, CLOCK);
        folder.put("http-01.token", "answer");
        assertThat(folder.find("http-01.token")).contains("answer");

        folder.remove("http-01.token");

        assertThat(folder.find("http-01.token")).isEmpty();
    }

    @Test
    void doesNotGiveWhatARouterLeftBehindAnHourAgo() throws Exception {
        new ChallengeFolder(certificates, CLOCK).put("http-01.token", "answer");

        Clock later = Clock.offset(CLOCK, Duration.ofMinutes(61));

        assertThat(new ChallengeFolder(certificates, later).find("http-01.token"))
                .isEmpty();
    }

    @Test
    void readsNeitherLinksNorLargeFilesNorDrafts() throws Exception {
        ChallengeFolder folder = new ChallengeFolder(certificates, CLOCK);
        folder.put("http-01.token", "answer");
        Path files = certificates.resolve("acme/challenges");
        Path secret = Files.writeString(certificates.resolve("secret"), "secret");
        Files.createSymbolicLink(files.resolve("http-01.link"), secret);
        Files.writeString(files.resolve("http-01.large"), "x".repeat(2_000));
        Files.writeString(files.resolve("http-01.draft.new"), "half");

        assertThat(folder.find("http-01.link")).isEmpty();
        assertThat(folder.find("http-01.large")).isEmpty();
        assertThat(folder.find("http-01.draft.new")).isEmpty();
        assertThat(folder.find("http-01.token")).contains("answer");
    }

    @Test
    void keepsAnswersToTheRouters() throws Exception {
        new ChallengeFolder(certificates, CLOCK).put("http-01.token", "answer");

        Path file = certificates.resolve("acme/challenges/http-01.token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
