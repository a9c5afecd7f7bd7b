package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Certificates that the operator has from elsewhere: any files below a folder, in PEM. Which certificate and key belong
 * together is told by what they hold, not by their names, so that a folder of certbot's or a mounted secret works as it
 * is.
 */
final class OwnCertificates {
    private static final int MAX_DEPTH = 5;
    private static final int MAX_FILES = 100;
    private static final int CERTIFICATE_AUTHORITY = 0; // least value of getBasicConstraints() for one

    private final Path folder;
    private Map<Path, String> counting = Map.of();
    private Reading reading = new Reading(List.of(), List.of());

    /** @param folder need not exist */
    OwnCertificates(Path folder) {
        this.folder = folder;
    }

    /**
     * What the folder holds.
     *
     * @param usable with their keys, whatever their dates
     * @param problems in words, each naming its file
     */
    record Reading(List<Own> usable, List<String> problems) {}

    /** A certificate and where it is. */
    record Own(Path file, Credential credential) {
        /** Why clients do not accept it now. */
        Optional<String> flawAt(Instant now) {
            if (credential.isValidAt(now)) {
                return Optional.empty();
            }
            Instant begins = credential.certificate().getNotBefore().toInstant();
            return Optional.of(
                    now.isBefore(begins)
                            ? "%s is not valid before %s".formatted(file, begins)
                            : "%s has expired at %s".formatted(file, credential.expiresAt()));
        }
    }

    /** Some text of a file, read as PEM. */
    private record Content(Path file, PemFile pem) {
        X509Certificate leaf() {
            return pem.certificates().getFirst();
        }
    }

    /** Reads all of it, if it says something else than at the last time. Not for several threads at once. */
    Reading read() {
        List<String> problems = new ArrayList<>();
        Map<Path, String> texts = texts(problems);
        if (!texts.equals(counting) || !problems.isEmpty()) {
            reading = read(texts, problems);
            counting = texts;
        }
        return reading;
    }

    private static Reading read(Map<Path, String> texts, List<String> problems) {
        List<Content> contents = new ArrayList<>();
        texts.forEach((file, text) -> {
            try {
                contents.add(new Content(file, PemFile.parse(text)));
            } catch (GeneralSecurityException e) {
                problems.add("%s cannot be used: %s".formatted(file, e.getMessage()));
            }
        });
        List<PrivateKey> keys = contents.stream()
                .flatMap(content -> content.pem().keys().stream())
                .toList();
        List<Own> usable = contents.stream()
                .filter(content -> !content.pem().certificates().isEmpty())
                .flatMap(content -> find(content, keys, problems).stream())
                .toList();
        return new Reading(usable, List.copyOf(problems));
    }

    private Map<Path, String> texts(List<String> problems) {
        Map<Path, String> texts = new TreeMap<>();
        for (Path file : files(problems)) {
            try {
                texts.put(file, PemFile.text(file));
            } catch (IOException e) {
                problems.add(
                        "%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()));
            } catch (GeneralSecurityException e) {
                problems.add("%s cannot be used: %s".formatted(file, e.getMessage()));
            }
        }
        return texts;
    }

    private List<Path> files(List<String> problems) {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = found.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .limit(MAX_FILES + 1L)
                    .toList();
            if (files.size() > MAX_FILES) {
                problems.add("%s holds more than %d files; the others are not read".formatted(folder, MAX_FILES));
            }
            return files.subList(0, Math.min(MAX_FILES, files.size()));
        } catch (IOException | UncheckedIOException e) {
            problems.add("%s cannot be read (%s)".formatted(folder, e.getMessage()));
            return List.of();
        }
    }

    private static Optional<Own> find(Content content, List<PrivateKey> keys, List<String> problems) {
        Optional<Credential> credential = keys.stream()
                .filter(key -> Credential.belongTogether(key, content.leaf()))
                .findFirst()
                .map(key -> new Credential(key, content.pem().certificates()));
        if (credential.isEmpty()) {
            if (content.leaf().getBasicConstraints() < CERTIFICATE_AUTHORITY) { // authorities lie about without keys
                problems.add("%s cannot be used: none of the %d keys in the folder belongs to its certificate"
                        .formatted(content.file(), keys.size()));
            }
            return Optional.empty();
        }
        Optional<String> flaw = credential.get().flaw();
        flaw.ifPresent(words -> problems.add("%s cannot be used: %s".formatted(content.file(), words)));
        return flaw.isPresent() ? Optional.empty() : Optional.of(new Own(content.file(), credential.get()));
    }
}
