package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.web.Moment;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import io.jstach.jstache.JStache;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /console/audit}: what happened.
 *
 * @param event how the names begin; empty for all
 * @param user an id; empty for all
 * @param events the newest first
 * @param more whether there are others
 */
@JStache(path = "console/audit")
record AuditPage(Visit visit, String event, String user, List<AuditEvent> events, boolean more) implements ConsolePage {
    AuditPage {
        events = List.copyOf(events);
    }

    /** Something that is known of an event. */
    record Detail(String name, String value) {}

    /** An event. */
    record Row(Moment at, String name, List<Detail> details) {}

    @Override
    public String path() {
        return AUDIT;
    }

    @Override
    public String html() {
        return AuditPageRenderer.of().execute(this);
    }

    List<Row> rows() {
        return events.stream()
                .map(one -> new Row(
                        Moment.of(one.at(), language()),
                        one.name(),
                        new TreeMap<>(one.details())
                                .entrySet().stream()
                                        .map(detail -> new Detail(detail.getKey(), detail.getValue()))
                                        .toList()))
                .toList();
    }

    boolean empty() {
        return events.isEmpty();
    }

    String export() {
        return ConsolePage.link(AUDIT + ".jsonl", Map.of("event", event, "user", user));
    }
}
