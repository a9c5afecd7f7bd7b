package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.util.List;
import java.util.Optional;

/** Sealed keys in table {@code sealed_key}. */
final class JdbcKeyStore implements KeyStore {
    private final Database database;

    JdbcKeyStore(Database database) {
        this.database = database;
    }

    @Override
    public List<SealedKey> list(String purpose) {
        return database.list(
                "SELECT purpose, id, sealed, created_at FROM sealed_key WHERE purpose = ? ORDER BY created_at, id",
                row -> new SealedKey(row.text(1), row.text(2), row.text(3), row.instant(4)),
                purpose);
    }

    @Override
    public boolean createFirst(SealedKey key) {
        return database.inTransaction(statements -> {
            if (hadOne(key.purpose(), statements)) {
                return false;
            }
            insertFirst(key, statements);
            return true;
        });
    }

    @Override
    public boolean createNext(SealedKey key, String newestId) {
        return database.inTransaction(statements -> {
            // The lock keeps others from adding a key of this purpose meanwhile.
            Optional<String> newest = statements
                    .first(
                            "SELECT 1 FROM key_purpose WHERE purpose = ? FOR UPDATE",
                            row -> row.number(1),
                            key.purpose())
                    .flatMap(_ -> statements.first(
                            "SELECT id FROM sealed_key WHERE purpose = ? ORDER BY created_at DESC, id DESC LIMIT 1",
                            row -> row.text(1),
                            key.purpose()));
            if (newest.filter(newestId::equals).isEmpty()) {
                return false;
            }
            insert(key, statements);
            return true;
        });
    }

    @Override
    public boolean replace(SealedKey known, String sealed) {
        return database.update(
                        "UPDATE sealed_key SET sealed = ? WHERE purpose = ? AND id = ? AND sealed = ?",
                        sealed,
                        known.purpose(),
                        known.id(),
                        known.sealed())
                > 0;
    }

    @Override
    public boolean delete(String purpose, String id) {
        return database.update("DELETE FROM sealed_key WHERE purpose = ? AND id = ?", purpose, id) > 0;
    }

    /** Adds a key to those of its purpose unless it is there. */
    boolean add(SealedKey key) {
        return database.inTransaction(statements -> {
            if (statements
                    .first(
                            "SELECT 1 FROM sealed_key WHERE purpose = ? AND id = ?",
                            row -> row.number(1),
                            key.purpose(),
                            key.id())
                    .isPresent()) {
                return false;
            }
            if (hadOne(key.purpose(), statements)) {
                insert(key, statements);
            } else {
                insertFirst(key, statements);
            }
            return true;
        });
    }

    private static boolean hadOne(String purpose, Statements statements) {
        return statements
                .first("SELECT 1 FROM key_purpose WHERE purpose = ?", row -> row.number(1), purpose)
                .isPresent();
    }

    private static void insertFirst(SealedKey key, Statements statements) {
        statements.update("INSERT INTO key_purpose (purpose) VALUES (?)", key.purpose());
        insert(key, statements);
    }

    private static void insert(SealedKey key, Statements statements) {
        statements.update(
                "INSERT INTO sealed_key (purpose, id, sealed, created_at) VALUES (?, ?, ?, ?)",
                key.purpose(),
                key.id(),
                key.sealed(),
                EpochMillis.of(key.createdAt()));
    }
}
