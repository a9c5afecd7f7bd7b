package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables and their versions. A migration is noted in {@code schema_version} after its last statement; each of its
 * statements can be repeated, so one that was interrupted is simply run again.
 */
final class Schema {
    /**
     * One step.
     *
     * @param oldestReader the lowest schema version that a program may know and still work on the result
     * @param resource SQL statements, each ending with a semicolon at the end of a line
     */
    record Migration(int version, int oldestReader, String resource) {
        List<String> statements(DatabaseUrl url) {
            String sql = url.definition(read(resource))
                    .lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n"));
            return Stream.of(sql.split(";\\s*(\n|$)"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        }
    }

    /** What a database says about itself. */
    private record Written(int version, int oldestReader) {}

    static final List<Migration> MIGRATIONS = List.of(
            new Migration(1, 1, "schema/0001-first-tables.sql"),
            new Migration(2, 1, "schema/0002-revoked-families.sql"),
            new Migration(3, 1, "schema/0003-postgresql.sql"),
            new Migration(4, 1, "schema/0004-devices.sql"),
            new Migration(5, 1, "schema/0005-forgotten-consents.sql"),
            new Migration(6, 1, "schema/0006-accounts.sql"),
            new Migration(7, 1, "schema/0007-browser-sessions.sql"));

    private static final String FIND_VERSIONS = """
            SELECT 1 FROM information_schema.tables
            WHERE table_schema = CURRENT_SCHEMA AND LOWER(table_name) = 'schema_version'""";

    private static final String CREATE_VERSIONS = """
            CREATE TABLE schema_version (
                version INTEGER NOT NULL PRIMARY KEY,
                oldest_reader INTEGER NOT NULL,
                applied_at BIGINT NOT NULL
            )""";

    private Schema() {}

    /**
     * Brings the database to the newest version known here, or leaves one that is newer as it is.
     *
     * @throws StoreException if it was written by a newer program that no longer lets this one work on it
     */
    static void migrate(Database database, Clock clock) {
        // Other processes are kept out by the database; in this one, stores come one after the other.
        synchronized (Schema.class) {
            database.migrating(statements -> {
                migrate(database, statements, clock);
                return true;
            });
        }
    }

    private static void migrate(Database database, Statements statements, Clock clock) {
        Written written = written(statements);
        int known = MIGRATIONS.getLast().version();
        if (written.oldestReader() > known) {
            throw new StoreException(database.name() + " was written by a newer program: its schema "
                    + written.version() + " needs a program that knows schema " + written.oldestReader()
                    + " or newer, and this one knows " + known
                    + ". Start the newer program, or use another database.");
        }
        MIGRATIONS.stream()
                .filter(migration -> migration.version() > written.version())
                .forEach(migration -> {
                    migration.statements(database.url()).forEach(statements::update);
                    statements.update(
                            "INSERT INTO schema_version (version, oldest_reader, applied_at) VALUES (?, ?, ?)",
                            migration.version(),
                            migration.oldestReader(),
                            clock.millis());
                });
    }

    private static Written written(Statements statements) {
        if (statements.first(FIND_VERSIONS, row -> row.number(1)).isEmpty()) {
            statements.update(CREATE_VERSIONS);
        }
        return statements
                .first(
                        "SELECT version, oldest_reader FROM schema_version ORDER BY version DESC LIMIT 1",
                        row -> new Written((int) row.number(1), (int) row.number(2)))
                .orElse(new Written(0, 0));
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
