package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.util.List;

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
            if (statements
                    .first("SELECT 1 FROM key_purpose WHERE purpose = ?", row -> row.number(1), key.purpose())
                    .isPresent()) {
                return false;
            }
            insert(key, statements);
            return true;
        });
    }

    /** Also notes that the purpose has had a key. */
    static void insert(SealedKey key, Statements statements) {
        statements.update("DELETE FROM key_purpose WHERE purpose = ?", key.purpose());
        statements.update("INSERT INTO key_purpose (purpose) VALUES (?)", key.purpose());
        statements.update(
                "INSERT INTO sealed_key (purpose, id, sealed, created_at) VALUES (?, ?, ?, ?)",
                key.purpose(),
                key.id(),
                key.sealed(),
                EpochMillis.of(key.createdAt()));
    }
}
