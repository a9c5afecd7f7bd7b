package dev.mcpgateway.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Security events in table {@code audit}, in the order of their ids. */
final class JdbcAuditStore implements AuditStore {
    /** Between two sweeps the table grows by no more than this over {@link #CAPACITY}, per store. */
    private static final int TRIM_INTERVAL = 1_000;

    private final Database database;
    private final AtomicInteger appended = new AtomicInteger();

    JdbcAuditStore(Database database) {
        this.database = database;
    }

    @Override
    public void append(AuditEvent event) {
        database.update(
                "INSERT INTO audit (happened_at, name, details) VALUES (?, ?, ?)",
                EpochMillis.of(event.at()),
                event.name(),
                encode(event.details()));
        if (appended.incrementAndGet() % TRIM_INTERVAL == 0) {
            trim();
        }
    }

    @Override
    public List<AuditEvent> latest(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one event can be listed, not " + limit);
        }
        return database.list(
                "SELECT happened_at, name, details FROM audit ORDER BY id DESC LIMIT ?",
                row -> new AuditEvent(row.instant(1), row.text(2), decode(row.text(3))),
                Math.min(limit, CAPACITY));
    }

    /** Drops what is older than the newest {@link #CAPACITY} events. Ids have gaps, so rows are counted. */
    void trim() {
        database.first("SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?", row -> row.number(1), CAPACITY)
                .ifPresent(newestToDrop -> database.update("DELETE FROM audit WHERE id <= ?", newestToDrop));
    }

    private static String encode(Map<String, String> details) {
        return details.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(detail ->
                        URLEncoder.encode(detail.getKey(), UTF_8) + "=" + URLEncoder.encode(detail.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String> decode(String details) {
        Map<String, String> decoded = new HashMap<>();
        if (!details.isEmpty()) {
            for (String detail : details.split("&", -1)) {
                int equals = detail.indexOf('=');
                decoded.put(
                        URLDecoder.decode(detail.substring(0, equals), UTF_8),
                        URLDecoder.decode(detail.substring(equals + 1), UTF_8));
            }
        }
        return decoded;
    }
}
