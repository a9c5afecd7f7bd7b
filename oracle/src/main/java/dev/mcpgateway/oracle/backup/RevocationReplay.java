package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Store;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies once more what the audit trail says was revoked since a backup was made: the trail in the store, and lines of
 * the audit file of the gateway that was lost. Repeating it is harmless.
 */
final class RevocationReplay {
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final Store store;
    private final Predicate<String> withdrawKey;
    private final Clock clock;

    private final Map<String, Integer> applied = new HashMap<>();
    private int notUnderstood;

    /** @param withdrawKey deletes the signing key of this id; false if there is none */
    RevocationReplay(Store store, Predicate<String> withdrawKey, Clock clock) {
        this.store = store;
        this.withdrawKey = withdrawKey;
        this.clock = clock;
    }

    /** A time in which every event is known, both ends included. */
    record Period(Instant from, Instant to) {}

    /** The first and last event of a source. */
    private static final class Span {
        private @Nullable Instant first;
        private @Nullable Instant last;

        private void add(Instant at) {
            first = first == null || at.isBefore(first) ? at : first;
            last = last == null || at.isAfter(last) ? at : last;
        }
    }

    /**
     * Applies everything from this moment on.
     *
     * @param auditFile lines as {@code AUDIT_FILE} has them; may be empty
     * @return {@code applied} by kind, {@code not_understood} lines, and {@code unknown}, the periods of which nothing
     *     is known
     */
    JsonObject run(Instant since, InputStream auditFile) throws IOException {
        Instant now = clock.instant();
        List<Period> known = new ArrayList<>();
        Span kept = new Span();
        store.audit().latest(AuditStore.CAPACITY).reversed().forEach(event -> {
            kept.add(event.at());
            apply(event, since);
        });
        if (kept.first != null) {
            known.add(new Period(kept.first, now));
        }
        Span file = new Span();
        for (byte[] line = line(auditFile); line.length > 0; line = line(auditFile)) {
            Optional<AuditEvent> event = parse(new String(line, StandardCharsets.UTF_8));
            if (event.isEmpty()) {
                notUnderstood++;
                continue;
            }
            file.add(event.get().at());
            apply(event.get(), since);
        }
        if (file.first != null && file.last != null) {
            known.add(new Period(file.first, file.last));
        }
        return report(since, unknown(new Period(since, now), known));
    }

    private JsonObject report(Instant since, List<Period> unknown) {
        JsonArrayBuilder periods = Json.createArrayBuilder();
        unknown.forEach(period -> periods.add(Json.createObjectBuilder()
                .add("from", period.from().toString())
                .add("to", period.to().toString())));
        return Json.createObjectBuilder()
                .add("since", since.toString())
                .add("applied", Json.createObjectBuilder(new HashMap<String, Object>(applied)))
                .add("not_understood", notUnderstood)
                .add("unknown", periods)
                .build();
    }

    /** What of a period no other one covers. */
    static List<Period> unknown(Period whole, List<Period> known) {
        List<Period> left = List.of(whole);
        for (Period each : known) {
            List<Period> rest = new ArrayList<>();
            for (Period period : left) {
                if (each.from().isAfter(period.from())) {
                    rest.add(new Period(period.from(), earlier(each.from(), period.to())));
                }
                if (each.to().isBefore(period.to())) {
                    rest.add(new Period(later(each.to(), period.from()), period.to()));
                }
            }
            left = rest.stream().distinct().toList();
        }
        return left;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private void apply(AuditEvent event, Instant since) {
        if (event.at().isBefore(since)) {
            return;
        }
        switch (event.name()) {
            case "token.revoked", "token.reuse", "code.reuse", "membership.ended" ->
                detail(event, "grant").ifPresent(id -> {
                    store.archive().write(new Entry.RevokedFamily(id, event.at().plus(Grant.LONGEST_LIFETIME)));
                    store.tokens().revokeFamily(id);
                    count("grants");
                });
            case "user.revoked" ->
                detail(event, "user").ifPresent(id -> {
                    store.tokens().revokeUser(id, event.at());
                    count("users");
                });
            // A registration gives no access by itself, and may be what the backup is brought back for.
            case "client.revoked", "client.deleted" ->
                detail(event, "client").ifPresent(id -> {
                    store.tokens().revokeClient(id, event.at());
                    count("clients");
                });
            case "key.withdrawn" -> detail(event, "kid").filter(withdrawKey).ifPresent(_ -> count("keys"));
            default -> {
                // It ended nothing.
            }
        }
    }

    private void count(String kind) {
        applied.merge(kind, 1, Integer::sum);
    }

    private static Optional<String> detail(AuditEvent event, String name) {
        return Optional.ofNullable(event.details().get(name));
    }

    private static Optional<AuditEvent> parse(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            JsonObject json = reader.readObject();
            Map<String, String> details = new HashMap<>();
            json.forEach((key, value) -> {
                if (value instanceof JsonString text) {
                    details.put(key, text.getString());
                }
            });
            return Optional.of(new AuditEvent(Instant.parse(json.getString("at")), json.getString("event"), details));
        } catch (RuntimeException _) { // of many kinds: no JSON, no object, no moment
            return Optional.empty();
        }
    }

    /** The next line with its end; empty at the end of all. Of a line that is too long, the beginning. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0) {
            if (line.size() < MAX_LINE_BYTES) {
                line.write(next);
            }
            if (next == '\n') {
                break;
            }
            next = in.read();
        }
        return line.toByteArray();
    }
}
