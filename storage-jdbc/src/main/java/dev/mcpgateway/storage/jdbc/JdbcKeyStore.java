package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.KeyStore;
import java.util.List;

final class JdbcKeyStore implements KeyStore {
    private final Database database;

    JdbcKeyStore(Database database) {
        this.database = database;
    }

    @Override
    public List<SealedKey> list(String purpose) {
        return database.run(sql -> sql.list(
                "SELECT purpose, id, sealed, created_at FROM sealed_keys WHERE purpose = ? ORDER BY created_at, id",
                row -> new SealedKey(row.text(1), row.text(2), row.text(3), row.time(4)),
                purpose));
    }

    @Override
    public boolean createFirst(SealedKey key) {
        return database.inTransactionOr(false, sql -> {
            sql.update("INSERT INTO key_purposes (purpose) VALUES (?)", key.purpose());
            return sql.update(
                            "INSERT INTO sealed_keys (purpose, id, sealed, created_at) VALUES (?, ?, ?, ?)",
                            key.purpose(),
                            key.id(),
                            key.sealed(),
                            key.createdAt())
                    == 1;
        });
    }
}
