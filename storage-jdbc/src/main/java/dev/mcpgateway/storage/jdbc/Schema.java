package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The tables and their versions. Version n is made by {@code schema-n.sql}, whose statements can be repeated; its row
 * is written last, so that an interrupted migration is run again.
 */
final class Schema {
    /** The version that this program makes and writes. */
    static final int VERSION = 1;

    /** The oldest program, by the version it makes, that can read what this one writes. */
    static final int OLDEST_READER = 1;

    private Schema() {}

    /** @throws StoreException if a newer program has written what this one cannot read */
    static void migrate(Database database) {
        database.run(sql -> {
            sql.update("CREATE TABLE IF NOT EXISTS schema_version ("
                    + "version INTEGER PRIMARY KEY, oldest_reader INTEGER NOT NULL)");
            long current = sql.find("SELECT COALESCE(MAX(version), 0) FROM schema_version", row -> row.number(1))
                    .orElse(0L);
            long oldestReader = sql.find(
                            "SELECT COALESCE(MAX(oldest_reader), 0) FROM schema_version", row -> row.number(1))
                    .orElse(0L);
            if (oldestReader > VERSION) {
                throw new StoreException(
                        ("the database %s was written by a newer program: it needs one that reads schema %d, "
                                        + "this one reads up to %d; start the newer program")
                                .formatted(database.name(), oldestReader, VERSION));
            }
            for (long version = current + 1; version <= VERSION; version++) {
                apply(sql, version);
            }
            return current;
        });
    }

    private static void apply(Sql sql, long version) {
        for (String statement : read(version).split(";", -1)) {
            if (!statement.isBlank()) {
                sql.update(statement);
            }
        }
        sql.update("INSERT INTO schema_version (version, oldest_reader) VALUES (?, ?)", version, OLDEST_READER);
    }

    /** Without comments. */
    private static String read(long version) {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream("schema-" + version + ".sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
