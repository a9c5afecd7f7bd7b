package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.WholeFile;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.IOException;
import java.io.StringReader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in {@value #FILE} what was ordered and what failed, so that no restart and no second router asks an
 * authority too often. An attempt is written down before it is made, as if it were to fail: one whose end nobody knows
 * counts. Only the holder of the {@link Lease} writes, after {@link #load}. Thread-safe.
 */
public final class Ledger {
    static final String FILE = "ledger.json";

    private static final System.Logger LOG = System.getLogger(Ledger.class.getName());

    private static final Duration FIRST_PAUSE = Duration.ofHours(1);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    /** While the authority does not answer, nothing is counted there. */
    private static final Duration LONGEST_UNREACHABLE_PAUSE = Duration.ofHours(6);

    private static final Duration RATE_LIMITED_PAUSE = Duration.ofHours(3);
    private static final Duration UNREACHABLE_PAUSE = Duration.ofMinutes(10);

    /** A week is the longest window that authorities count in. */
    private static final Duration LONGEST_REFUSAL = Duration.ofDays(8);

    private static final double JITTER = 0.1;

    /** What is dated later was written by a wrong clock, and stops nobody. */
    private static final Duration WRONG_CLOCK = Duration.ofDays(1);

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int MAX_ENTRIES = 2000;
    private static final int VERSION = 1;
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of("org.eclipse.parsson.maxDepth", 16));

    private final Path file;
    private final String authority;
    private final int ordersPerMinute;
    private final Clock clock;
    private final Instant openedAt;
    private final Map<String, Account> accounts = new TreeMap<>();

    /** The last one that was rate-limited; empty after another outcome. */
    private String rateLimited = "";

    /** What is remembered at one authority, beyond single certificates. */
    private static final class Account {
        final Map<String, LedgerEntry> entries = new HashMap<>();

        @Nullable
        Instant notBefore;

        @Nullable
        Instant refusedUntil;
    }

    /**
     * @param folder that all routers share
     * @param authority its directory's URL; what was ordered at others does not count at this one
     * @param ordersPerMinute of all certificates together
     */
    public Ledger(Path folder, String authority, int ordersPerMinute, Clock clock) {
        this.file = folder.resolve(FILE);
        this.authority = authority;
        this.ordersPerMinute = ordersPerMinute;
        this.clock = clock;
        this.openedAt = clock.instant();
    }

    /**
     * Reads what this or another router has written. Garbage is set aside.
     *
     * @throws IOException if nobody knows what was written; nothing is to be ordered then
     */
    synchronized void load() throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                setAside("is larger than " + MAX_BYTES + " bytes");
                return;
            }
            read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            accounts.clear(); // nothing was ordered yet
        } catch (RuntimeException _) { // of several kinds; their messages may repeat what was read
            setAside("holds something else");
        }
    }

    /** When this certificate may be ordered next: not within an hour, nor the back-off, nor what the authority said. */
    synchronized Instant allowedFrom(String name) {
        LedgerEntry entry = entry(name);
        Account account = account();
        Optional<Instant> last = entry.lastAttempt().filter(this::isCredible);
        return Stream.of(
                        last.map(attempt -> attempt.plus(FIRST_PAUSE)),
                        credible(entry.notBefore(), LONGEST_PAUSE),
                        credible(account.notBefore, LONGEST_PAUSE),
                        refusedUntil(name))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    /** Before when the authority said not to come again, for this certificate or any; empty if it is past. */
    synchronized Optional<Instant> refusedUntil(String name) {
        return Stream.of(
                        credible(entry(name).refusedUntil(), LONGEST_REFUSAL),
                        credible(account().refusedUntil, LONGEST_REFUSAL))
                .flatMap(Optional::stream)
                .filter(until -> until.isAfter(clock.instant()))
                .max(Instant::compareTo);
    }

    /** When another order, whatever for, is within the orders of a minute; past if it is now. */
    synchronized Instant freeFrom() {
        List<Instant> recent = account().entries.values().stream()
                .flatMap(entry -> entry.attempts().stream())
                .filter(attempt -> attempt.isAfter(clock.instant().minusSeconds(60)) && isCredible(attempt))
                .sorted()
                .toList();
        return recent.size() < ordersPerMinute
                ? Instant.MIN
                : recent.get(recent.size() - ordersPerMinute).plusSeconds(60);
    }

    /**
     * Writes down that this certificate is ordered now.
     *
     * @param longestPause after a failure, at least an hour; at most a day counts
     * @throws IOException if it cannot be written down; it is not to be ordered then
     */
    synchronized void begin(String name, Duration longestPause) throws IOException {
        Instant now = clock.instant();
        LedgerEntry before = entry(name);
        account().entries.put(name, before.begun(now, now.plus(pause(name, before.tries() + 1, longestPause))));
        try {
            write();
        } catch (IOException e) {
            account().entries.put(name, before);
            throw e;
        }
    }

    /** @throws IOException if it cannot be written down; {@link #begin} has written down what stops the next order */
    synchronized void failed(String name, OrderException failure) throws IOException {
        Instant now = clock.instant();
        LedgerEntry entry = entry(name);
        Instant refused = failure.retryAfter()
                .map(until -> earlier(until, now.plus(LONGEST_REFUSAL)))
                .filter(until -> until.isAfter(now))
                .orElse(null);
        Instant notBefore = entry.notBefore();
        switch (failure.reason()) {
            case UNREACHABLE -> {
                notBefore = earlier(
                        Optional.ofNullable(notBefore).orElse(now),
                        now.plus(pause(name, entry.tries(), LONGEST_UNREACHABLE_PAUSE)));
                account().notBefore = now.plus(UNREACHABLE_PAUSE);
            }
            case RATE_LIMITED -> {
                Instant pause = now.plus(RATE_LIMITED_PAUSE);
                notBefore = refused == null ? later(notBefore, pause) : notBefore;
                if (!rateLimited.isEmpty() && !rateLimited.equals(name)) {
                    account().notBefore = refused == null ? pause : null; // two in a row: it is not about one name
                    account().refusedUntil = refused;
                }
            }
            case NOT_PROVEN, REFUSED, LOCAL -> {
                // the back-off counts
            }
        }
        rateLimited = failure.reason() == OrderException.Reason.RATE_LIMITED ? name : "";
        account().entries.put(name, entry.failed(now, String.valueOf(failure.getMessage()), notBefore, refused));
        write();
    }

    /** @throws IOException if it cannot be written down; it counts as failed then, and is ordered no sooner */
    synchronized void succeeded(String name) throws IOException {
        rateLimited = "";
        Account account = account();
        account.notBefore = null;
        account.refusedUntil = null;
        account.entries.put(name, entry(name).succeeded(clock.instant()));
        write();
    }

    synchronized LedgerEntry entry(String name) {
        return account().entries.getOrDefault(name, LedgerEntry.EMPTY);
    }

    /**
     * Whether another authority than this had issued the last certificate of that name when this router was started.
     * What happens later does not count, so that two routers with different authorities do not take turns.
     */
    synchronized boolean isFromAnother(String name) {
        Instant own = Optional.ofNullable(entry(name).succeededAt()).orElse(Instant.MIN);
        return accounts.entrySet().stream()
                .filter(account -> !account.getKey().equals(authority))
                .map(account -> account.getValue().entries.getOrDefault(name, LedgerEntry.EMPTY))
                .map(LedgerEntry::succeededAt)
                .anyMatch(succeeded -> succeeded != null && succeeded.isAfter(own) && !succeeded.isAfter(openedAt));
    }

    private Account account() {
        return accounts.computeIfAbsent(authority, _ -> new Account());
    }

    /** An hour, doubled with each try, and up to a tenth more. */
    private Duration pause(String name, int tries, Duration longest) {
        Duration most = longest.compareTo(LONGEST_PAUSE) < 0 ? longest : LONGEST_PAUSE;
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.clamp(tries - 1, 0, 10));
        Duration pause = doubled.compareTo(most) < 0 ? doubled : most;
        Duration atLeast = pause.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : pause;
        double jitter = JITTER * Jitter.of(name + clock.instant());
        return atLeast.plusMillis((long) (atLeast.toMillis() * jitter));
    }

    private Optional<Instant> credible(@Nullable Instant until, Duration longest) {
        return Optional.ofNullable(until)
                .filter(instant ->
                        instant.isBefore(clock.instant().plus(longest).plus(WRONG_CLOCK)));
    }

    private boolean isCredible(Instant attempt) {
        return attempt.isBefore(clock.instant().plus(WRONG_CLOCK));
    }

    private void read(String text) {
        Map<String, Account> read = new TreeMap<>();
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            JsonObject json = reader.readObject();
            if (json.getInt("version") != VERSION) {
                throw new IllegalArgumentException("another version");
            }
            json.getJsonObject("authorities").forEach((url, value) -> read.put(url, readAccount(value.asJsonObject())));
        }
        accounts.clear();
        accounts.putAll(read);
    }

    private static Account readAccount(JsonObject json) {
        Account account = new Account();
        account.notBefore = LedgerEntry.instant(json, "not_before");
        account.refusedUntil = LedgerEntry.instant(json, "refused_until");
        json.getJsonObject("certificates")
                .forEach((name, entry) -> account.entries.put(name, LedgerEntry.of(entry.asJsonObject())));
        return account;
    }

    private void write() throws IOException {
        JsonObjectBuilder authorities = Json.createObjectBuilder();
        accounts.forEach((url, account) -> authorities.add(url, toJson(account)));
        WholeFile.write(
                file,
                Json.createObjectBuilder()
                                .add("version", VERSION)
                                .add("authorities", authorities)
                                .build()
                        + "\n");
    }

    /** With the latest entries, as many as are kept. */
    private static JsonObject toJson(Account account) {
        JsonObjectBuilder certificates = Json.createObjectBuilder();
        account.entries.entrySet().stream()
                .sorted((one, other) -> lastOf(other.getValue()).compareTo(lastOf(one.getValue())))
                .limit(MAX_ENTRIES)
                .forEach(entry ->
                        certificates.add(entry.getKey(), entry.getValue().toJson()));
        JsonObjectBuilder json = Json.createObjectBuilder().add("certificates", certificates);
        LedgerEntry.put(json, "not_before", account.notBefore);
        LedgerEntry.put(json, "refused_until", account.refusedUntil);
        return json.build();
    }

    private static Instant lastOf(LedgerEntry entry) {
        return entry.lastAttempt().orElse(Instant.MIN);
    }

    private void setAside(String why) throws IOException {
        Path aside = file.resolveSibling(FILE + ".damaged");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        accounts.clear();
        LOG.log(
                Level.WARNING,
                "certificate event=ledger-damaged file={0}: it {1}; it is kept as {2}, and what was ordered before is forgotten",
                file,
                why,
                aside.getFileName());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(@Nullable Instant one, Instant other) {
        return one != null && one.isAfter(other) ? one : other;
    }
}
