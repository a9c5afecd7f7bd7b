package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.WholeFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers to challenges that are pending, one small file each in {@code acme/challenges}, so that every router of the
 * folder gives what one of them has to. The folder is listed when somebody asks, at most every {@value #REREAD_MILLIS}
 * ms; no path is ever made from a question.
 */
public final class ChallengeFolder {
    /** Within this time, every router of the folder knows what was put into it. */
    static final Duration SETTLED = Duration.ofMillis(250);

    static final Duration LIFETIME = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(ChallengeFolder.class.getName());
    private static final long REREAD_MILLIS = 100;
    private static final int MAX_FILES = 1_000;
    private static final int MAX_BYTES = 1_024;

    private final Path folder;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Reading last =
            new Reading(System.nanoTime() - Duration.ofHours(1).toNanos(), Map.of());

    private record Reading(long begunNanos, Map<String, String> answers) {}

    /** @param certificates the shared folder of certificates */
    public ChallengeFolder(Path certificates, Clock clock) {
        this.folder = certificates.resolve("acme").resolve("challenges");
        this.clock = clock;
    }

    /** @param name of letters, digits, dot, hyphen and underscore; not beginning with a dot */
    void put(String name, String answer) throws IOException {
        removeLeftovers();
        Path file = folder.resolve(name);
        WholeFile.write(file, answer);
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        forget();
    }

    void remove(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        forget();
    }

    /** The answer, if one of the routers has put it there within the last hour. */
    Optional<String> find(String name) {
        return Optional.ofNullable(read().answers().get(name));
    }

    /** Whoever asks while somebody reads waits for that reading, so that no answer is missed. */
    private Reading read() {
        if (isFresh(last)) {
            return last;
        }
        reading.lock();
        try {
            if (!isFresh(last)) {
                last = new Reading(System.nanoTime(), list());
            }
            return last;
        } finally {
            reading.unlock();
        }
    }

    private void forget() {
        last = new Reading(System.nanoTime() - LIFETIME.toNanos(), Map.of());
    }

    private static boolean isFresh(Reading reading) {
        return System.nanoTime() - reading.begunNanos()
                < Duration.ofMillis(REREAD_MILLIS).toNanos();
    }

    private Map<String, String> list() {
        Map<String, String> answers = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (answers.size() < MAX_FILES) {
                    readInto(answers, file);
                }
            }
        } catch (NoSuchFileException _) {
            return answers; // nothing was ever proven here
        } catch (IOException e) {
            LOG.log(Level.WARNING, "acme event=challenges-unreadable folder={0}: {1}", folder, e.toString());
        }
        return answers;
    }

    private void readInto(Map<String, String> answers, Path file) throws IOException {
        try {
            if (isAnswer(file)) {
                answers.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        } catch (NoSuchFileException _) {
            // withdrawn just now
        }
    }

    private boolean isAnswer(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile()
                && attributes.size() <= MAX_BYTES
                && !file.toString().endsWith(WholeFile.DRAFT)
                && !isLeftOver(attributes);
    }

    private boolean isLeftOver(BasicFileAttributes attributes) {
        Instant put = attributes.lastModifiedTime().toInstant();
        return put.isBefore(clock.instant().minus(LIFETIME));
    }

    /** Of routers that were killed. */
    private void removeLeftovers() throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                removeIfLeftOver(file);
            }
        }
    }

    private void removeIfLeftOver(Path file) throws IOException {
        try {
            if (isLeftOver(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS))) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // another router was faster
        }
    }
}
