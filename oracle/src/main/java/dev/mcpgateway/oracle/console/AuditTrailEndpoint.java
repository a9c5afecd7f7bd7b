package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code /console/audit}: the events that the store keeps, filtered by how their names begin and by their user; as JSON
 * lines at {@code /console/audit.jsonl}, the newest first there too.
 */
public final class AuditTrailEndpoint implements HttpService {
    private static final int SHOWN = 100;
    private static final List<Header> DOWNLOAD = List.of(
            HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/jsonl; charset=utf-8"),
            HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"),
            HeaderValues.create("Content-Disposition", "attachment; filename=\"audit.jsonl\""),
            HeaderValues.create("X-Content-Type-Options", "nosniff"));

    private final ConsoleGuard guard;
    private final AuditStore store;

    public AuditTrailEndpoint(ConsoleGuard guard, AuditStore store) {
        this.guard = guard;
        this.store = store;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ConsolePage.AUDIT, guard.page(this::show))
                .get(ConsolePage.AUDIT + ".jsonl", guard.page(this::export));
    }

    /** Which events are asked for; empty for all. */
    private record Filter(String event, String user) {
        static Filter of(ServerRequest request) {
            Parameters query = Parameters.ofQuery(request);
            return new Filter(SearchText.of(query, "event"), SearchText.of(query, "user"));
        }

        boolean takesAll() {
            return event.isEmpty() && user.isEmpty();
        }

        boolean takes(AuditEvent candidate) {
            return candidate.name().startsWith(event)
                    && (user.isEmpty() || user.equals(candidate.details().get("user")));
        }
    }

    private void show(Visit visit, ServerRequest request, ServerResponse response) {
        Filter filter = Filter.of(request);
        List<AuditEvent> found = find(filter, SHOWN + 1);
        List<AuditEvent> shown = found.subList(0, Math.min(found.size(), SHOWN));
        new AuditPage(visit, filter.event(), filter.user(), shown, found.size() > SHOWN).send(response, Status.OK_200);
    }

    private void export(Visit visit, ServerRequest request, ServerResponse response) {
        String lines = find(Filter.of(request), AuditStore.CAPACITY).stream()
                .map(event -> SecurityEvents.toJson(event) + "\n")
                .collect(Collectors.joining());
        DOWNLOAD.forEach(response::header);
        response.send(lines);
    }

    private List<AuditEvent> find(Filter filter, int limit) {
        return store.latest(filter.takesAll() ? limit : AuditStore.CAPACITY).stream()
                .filter(filter::takes)
                .limit(limit)
                .toList();
    }
}
