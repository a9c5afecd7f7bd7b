package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How old the newest backup is, by the security events that are kept. */
final class BackupCheck implements Check {
    private static final int EVENTS = 500;
    private static final Duration OLD = Duration.ofDays(7);

    private final Management management;
    private final Clock clock;

    BackupCheck(Management management, Clock clock) {
        this.management = management;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "Backup";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Answer answer = management.ask(management.oracle(), "/admin/audit?limit=" + EVENTS);
        Optional<JsonArray> events = answer.status() == 200
                ? answer.json()
                        .map(json -> json.get("events"))
                        .filter(JsonArray.class::isInstance)
                        .map(value -> value.asJsonArray())
                : Optional.empty();
        if (events.isEmpty()) {
            return List.of(Finding.notChecked(
                    management.oracle(),
                    "the age of the newest backup",
                    "/admin/audit: %s; ADMIN_TOKEN_FILE must name the file with the token".formatted(answer.words())));
        }
        Optional<Instant> newest = events.get().stream()
                .flatMap(event -> event instanceof JsonObject object ? Stream.of(object) : Stream.empty())
                .filter(event -> event.getString("event", "").equals("backup.exported"))
                .flatMap(event -> instant(event.getString("at", "")).stream())
                .max(Comparator.naturalOrder());
        if (newest.isPresent()
                && Duration.between(newest.get(), clock.instant()).compareTo(OLD) <= 0) {
            return List.of(Finding.ok(management.oracle(), "the newest backup was made at " + newest.get()));
        }
        return List.of(Finding.warning(
                management.oracle(),
                newest.map(at -> "the newest backup was made at " + at)
                        .orElse("no backup among the last %d security events"
                                .formatted(events.get().size())),
                "If the store is lost, every client has to be removed and added again, and everybody has to sign in.",
                "Run ops/gateway export FILE each day and keep the file elsewhere, with GATEWAY_JWT_SECRET. Backups of the"
                        + " store itself are not seen here."));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty(); // an event without a time does not count
        }
    }
}
