package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.AuditStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Security events in the stream {@code oauth:audit}. */
final class RedisAuditStore implements AuditStore {
    private static final String AT = "at";
    private static final String NAME = "name";

    /** In front of the names of details. */
    private static final String DETAIL = "detail:";

    private final Redis redis;

    RedisAuditStore(Redis redis) {
        this.redis = redis;
    }

    @Override
    public void append(AuditEvent event) {
        Fields fields = Fields.create().with(AT, event.at()).with(NAME, event.name());
        event.details().forEach((name, value) -> fields.with(DETAIL + name, value));
        redis.run(Script.APPEND_AUDIT.on(Keys.AUDIT, fields.after(CAPACITY)));
    }

    @Override
    public List<AuditEvent> latest(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one event can be listed, not " + limit);
        }
        return redis.run(Script.LATEST_AUDIT.on(Keys.AUDIT, Math.min(limit, CAPACITY))).records().stream()
                .map(RedisAuditStore::event)
                .toList();
    }

    private static AuditEvent event(Fields fields) {
        Map<String, String> details = new HashMap<>();
        fields.values().forEach((name, value) -> {
            if (name.startsWith(DETAIL)) {
                details.put(name.substring(DETAIL.length()), value);
            }
        });
        return new AuditEvent(fields.instant(AT), fields.text(NAME), details);
    }
}
