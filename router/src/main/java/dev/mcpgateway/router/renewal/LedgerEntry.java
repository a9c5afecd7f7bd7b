package dev.mcpgateway.router.renewal;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one certificate at one authority.
 *
 * @param attempts when it was ordered, the last {@value #MAX_ATTEMPTS} times, oldest first
 * @param tries since the last one that is known to have succeeded
 * @param notBefore when our own back-off ends
 * @param refusedUntil before when the authority said not to come again
 * @param problem of the failure; empty if there was none
 */
record LedgerEntry(
        List<Instant> attempts,
        int tries,
        @Nullable Instant notBefore,
        @Nullable Instant refusedUntil,
        @Nullable Instant failedAt,
        String problem,
        @Nullable Instant succeededAt) {
    static final LedgerEntry EMPTY = new LedgerEntry(List.of(), 0, null, null, null, "", null);

    private static final int MAX_ATTEMPTS = 10;
    private static final int MAX_PROBLEM = 1000;
    private static final int MAX_TRIES = 1_000_000;

    LedgerEntry {
        attempts = List.copyOf(attempts.subList(Math.max(0, attempts.size() - MAX_ATTEMPTS), attempts.size()));
        problem = problem.length() > MAX_PROBLEM ? problem.substring(0, MAX_PROBLEM) : problem;
    }

    LedgerEntry begun(Instant now, Instant notBefore) {
        return new LedgerEntry(
                Stream.concat(attempts.stream(), Stream.of(now)).toList(),
                Math.min(tries + 1, MAX_TRIES),
                notBefore,
                null,
                failedAt,
                problem,
                succeededAt);
    }

    LedgerEntry failed(Instant now, String problem, @Nullable Instant notBefore, @Nullable Instant refusedUntil) {
        return new LedgerEntry(attempts, tries, notBefore, refusedUntil, now, problem, succeededAt);
    }

    LedgerEntry succeeded(Instant now) {
        return new LedgerEntry(attempts, 0, null, null, null, "", now);
    }

    Optional<Instant> lastAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    JsonObject toJson() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        attempts.forEach(attempt -> all.add(attempt.toString()));
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("attempts", all)
                .add("tries", tries)
                .add("problem", problem);
        put(json, "not_before", notBefore);
        put(json, "refused_until", refusedUntil);
        put(json, "failed_at", failedAt);
        put(json, "succeeded_at", succeededAt);
        return json.build();
    }

    /** @throws RuntimeException if it is something else */
    static LedgerEntry of(JsonObject json) {
        return new LedgerEntry(
                json.getJsonArray("attempts").getValuesAs(JsonString.class).stream()
                        .map(attempt -> Instant.parse(attempt.getString()))
                        .toList(),
                Math.clamp(json.getInt("tries"), 0, MAX_TRIES),
                instant(json, "not_before"),
                instant(json, "refused_until"),
                instant(json, "failed_at"),
                json.getString("problem"),
                instant(json, "succeeded_at"));
    }

    static void put(JsonObjectBuilder json, String name, @Nullable Instant instant) {
        if (instant != null) {
            json.add(name, instant.toString());
        }
    }

    static @Nullable Instant instant(JsonObject json, String name) {
        return json.containsKey(name) ? Instant.parse(json.getString(name)) : null;
    }
}
