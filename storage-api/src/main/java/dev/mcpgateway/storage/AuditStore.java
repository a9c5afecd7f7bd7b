package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Security events, newest kept: a capped stream apart from live grants, so that it cannot fill the store. */
public interface AuditStore {
    /** The number of events that are kept at least; older ones are dropped. */
    int CAPACITY = 10_000;

    /**
     * Something that happened.
     *
     * @param name stable, dotted, such as {@code token.reuse}
     * @param details without secrets
     */
    record AuditEvent(Instant at, String name, Map<String, String> details) {
        public AuditEvent {
            details = Map.copyOf(details);
        }
    }

    void append(AuditEvent event);

    /** The latest events, newest first. */
    List<AuditEvent> latest(int limit);
}
