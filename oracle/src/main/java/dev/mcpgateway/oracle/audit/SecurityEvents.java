package dev.mcpgateway.oracle.audit;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import dev.mcpgateway.storage.StoreException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Security events under stable names: as JSON objects in the log, in a file where one is set, and the newest in the
 * store. None holds a secret. Thread-safe.
 */
public final class SecurityEvents {
    private static final Logger LOGGER = System.getLogger(SecurityEvents.class.getName());

    private final AuditStore store;
    private final @Nullable AuditFile file;
    private final Consumer<String> counter;
    private final Clock clock;

    /**
     * Events of one process.
     *
     * @param file null for none
     * @param counter is told the name of each
     */
    public SecurityEvents(AuditStore store, @Nullable Path file, Consumer<String> counter, Clock clock) {
        this.store = store;
        this.file = file == null ? null : new AuditFile(file);
        this.counter = counter;
        this.clock = clock;
    }

    /** Something that is expected to happen. */
    public void record(String name, Map<String, String> details) {
        report(Level.INFO, name, details);
    }

    /**
     * Something that anybody can cause as often as they like. It is not kept in the store, where it would drive out
     * what matters.
     */
    public void note(String name, Map<String, String> details) {
        AuditEvent event = new AuditEvent(clock.instant(), name, details);
        write(Level.INFO, event);
    }

    /** Something that may be an attack. */
    public void warn(String name, Map<String, String> details) {
        report(Level.WARNING, name, details);
    }

    /** The log has the event in any case; a store that cannot take it does not undo what happened. */
    private void report(Level level, String name, Map<String, String> details) {
        AuditEvent event = new AuditEvent(clock.instant(), name, details);
        write(level, event);
        try {
            store.append(event);
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "audit event not kept: event=" + name + " reason=" + e.getMessage());
        }
    }

    private void write(Level level, AuditEvent event) {
        String line = printable(toJson(event).toString());
        LOGGER.log(level, line);
        counter.accept(event.name());
        if (file != null) {
            file.append(line);
        }
    }

    /** Such as {@code {"at":"2026-11-01T12:00:00Z","event":"token.reuse","client":"c1","user":"4711"}}. */
    public static JsonObject toJson(AuditEvent event) {
        JsonObjectBuilder json =
                Json.createObjectBuilder().add("at", event.at().toString()).add("event", event.name());
        new TreeMap<>(event.details()).forEach(json::add);
        return json.build();
    }

    /** Whatever is not ASCII is escaped, so that no terminal or viewer is led astray. */
    private static String printable(String json) {
        StringBuilder line = new StringBuilder(json.length());
        json.chars().forEach(c -> {
            if (c >= 0x20 && c < 0x7f) {
                line.append((char) c);
            } else {
                line.append("\\u").append("%04x".formatted(c));
            }
        });
        return line.toString();
    }
}
