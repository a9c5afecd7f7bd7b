package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AuditStore;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@link Sweeper} drops what is beyond the capacity. */
final class JdbcAuditStore implements AuditStore {
    private final Database database;

    JdbcAuditStore(Database database) {
        this.database = database;
    }

    @Override
    public void append(AuditEvent event) {
        database.run(sql -> sql.update(
                "INSERT INTO audit_events (happened_at, name, details) VALUES (?, ?, ?)",
                event.at(),
                event.name(),
                encode(event.details())));
    }

    @Override
    public List<AuditEvent> latest(int limit) {
        return database.run(sql -> sql.list(
                "SELECT happened_at, name, details FROM audit_events ORDER BY id DESC LIMIT ?",
                row -> new AuditEvent(row.time(1), row.text(2), decode(row.text(3))),
                Math.clamp(limit, 1, CAPACITY)));
    }

    /** Form-encoded, which needs no library and can be read by people. */
    private static String encode(Map<String, String> details) {
        return details.entrySet().stream()
                .map(detail -> URLEncoder.encode(detail.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(detail.getValue(), StandardCharsets.UTF_8))
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private static Map<String, String> decode(String encoded) {
        Map<String, String> details = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals >= 0) {
                details.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return details;
    }
}
