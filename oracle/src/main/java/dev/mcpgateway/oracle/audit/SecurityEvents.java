package dev.mcpgateway.oracle.audit;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** Security events, kept in the store and written to the log under the same stable names. Thread-safe. */
public final class SecurityEvents {
    private static final Logger LOGGER = System.getLogger(SecurityEvents.class.getName());

    private final AuditStore store;
    private final Clock clock;

    public SecurityEvents(AuditStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Something that is expected to happen. */
    public void record(String name, Map<String, String> details) {
        report(Level.INFO, name, details);
    }

    /** Something that may be an attack. */
    public void warn(String name, Map<String, String> details) {
        report(Level.WARNING, name, details);
    }

    /** The log has the event in any case; a store that cannot take it does not undo what happened. */
    private void report(Level level, String name, Map<String, String> details) {
        LOGGER.log(level, line(name, details));
        try {
            store.append(new AuditEvent(clock.instant(), name, details));
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "audit event not kept: event=" + name + " reason=" + e.getMessage());
        }
    }

    /** Such as {@code event=token.reuse client=c1 user=4711}; whatever could break the line becomes {@code ?}. */
    private static String line(String name, Map<String, String> details) {
        StringBuilder line = new StringBuilder("event=").append(name);
        new TreeMap<>(details)
                .forEach((key, value) ->
                        line.append(' ').append(key).append('=').append(value.replaceAll("[^\\x21-\\x7e]", "?")));
        return line.toString();
    }
}
