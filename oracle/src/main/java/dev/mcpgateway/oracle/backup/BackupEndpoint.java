package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.backup.Import.Mode;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code GET /admin/export} and {@code POST /admin/import?mode=merge|replace}: backups of the running gateway. An
 * import is kept in a temporary file until all of it was checked. {@code POST /admin/revocations/replay?since=} takes
 * lines of an audit file, or nothing, and applies what was revoked since a backup was made.
 */
public final class BackupEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header NDJSON = HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/x-ndjson");

    private final Archive archive;
    private final Store store;
    private final Predicate<String> withdrawKey;
    private final String issuer;
    private final SecurityEvents events;
    private final Clock clock;

    /** @param withdrawKey deletes the signing key of this id; false if there is none */
    public BackupEndpoint(
            Store store, Predicate<String> withdrawKey, String issuer, SecurityEvents events, Clock clock) {
        this.archive = store.archive();
        this.store = store;
        this.withdrawKey = withdrawKey;
        this.issuer = issuer;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/admin/export", this::export)
                .post("/admin/import", this::restore)
                .post("/admin/revocations/replay", this::replay);
    }

    /** A reader that finds no trailer knows that the store went away on the way. */
    private void export(ServerRequest request, ServerResponse response) {
        events.record("backup.exported", Map.of());
        response.header(NO_STORE).header(NDJSON);
        try (OutputStream out = new BufferedOutputStream(response.outputStream())) {
            new Export(archive, issuer, clock, _ -> {}).writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restore(ServerRequest request, ServerResponse response) {
        Mode mode = mode(Parameters.ofQuery(request).optional("mode").orElse("merge"));
        Path file = spool(request);
        try {
            Import.Report report = new Import(archive, clock, _ -> {}).run(file, mode);
            events.record("backup.imported", Map.of("mode", mode.name()));
            response.header(NO_STORE)
                    .header(HeaderValues.CONTENT_TYPE_JSON)
                    .send(report.json().toString());
        } catch (BackupException e) {
            // The name of the temporary file means nothing to the one who sent it.
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, String.valueOf(e.getMessage()).replace(file.toString(), "the file"));
        } finally {
            delete(file);
        }
    }

    private void replay(ServerRequest request, ServerResponse response) {
        Instant since = moment(Parameters.ofQuery(request).required("since"));
        try (InputStream lines = request.content().hasEntity()
                ? new BufferedInputStream(request.content().inputStream())
                : InputStream.nullInputStream()) {
            JsonObject report = new RevocationReplay(store, withdrawKey, clock).run(since, lines);
            events.record("revocations.replayed", Map.of("since", since.toString()));
            response.header(NO_STORE).header(HeaderValues.CONTENT_TYPE_JSON).send(report.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant moment(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException _) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "since is a moment such as 2026-11-01T12:00:00Z, a backup's created_at");
        }
    }

    private static Mode mode(String text) {
        return switch (text) {
            case "merge" -> Mode.MERGE;
            case "replace" -> Mode.REPLACE;
            default -> throw new OAuthException(OAuthError.INVALID_REQUEST, "mode is merge or replace");
        };
    }

    private static Path spool(ServerRequest request) {
        try {
            Path file = Files.createTempFile(
                    "gateway-import-",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (InputStream body = request.content().inputStream();
                    OutputStream out = Files.newOutputStream(file)) {
                body.transferTo(out);
                return file;
            } catch (IOException | RuntimeException e) {
                delete(file);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
