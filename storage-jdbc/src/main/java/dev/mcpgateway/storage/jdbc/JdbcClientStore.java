package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.spi.EpochMillis;
import dev.mcpgateway.storage.spi.PageLimit;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Clients in table {@code client}. */
final class JdbcClientStore implements ClientStore {
    private static final String SELECT =
            "SELECT id, secret_hash, registration_token_hash, metadata, created_at, expires_at FROM client";

    private final Database database;
    private final Clock clock;

    JdbcClientStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void create(RegisteredClient client) {
        if (!createIfAbsent(client)) {
            throw new StoreException(database.name() + " has a client of this id already");
        }
    }

    boolean createIfAbsent(RegisteredClient client) {
        return database.inTransaction(statements -> {
            statements.update("DELETE FROM client WHERE id = ? AND expires_at <= ?", client.id(), clock.millis());
            if (statements
                    .first("SELECT 1 FROM client WHERE id = ?", row -> row.number(1), client.id())
                    .isPresent()) {
                return false;
            }
            statements.update(
                    """
                    INSERT INTO client (id, secret_hash, registration_token_hash, metadata, created_at, expires_at)
                    VALUES (?, ?, ?, ?, ?, ?)""",
                    client.id(),
                    client.secretHash(),
                    client.registrationTokenHash(),
                    client.metadata(),
                    EpochMillis.of(client.createdAt()),
                    EpochMillis.of(client.expiresAt()));
            return true;
        });
    }

    @Override
    public Optional<RegisteredClient> find(String id) {
        return database.first(SELECT + " WHERE id = ? AND expires_at > ?", JdbcClientStore::client, id, clock.millis());
    }

    @Override
    public boolean update(RegisteredClient client) {
        return database.update(
                        """
                        UPDATE client SET secret_hash = ?, registration_token_hash = ?, metadata = ?
                        WHERE id = ? AND expires_at > ?""",
                        client.secretHash(),
                        client.registrationTokenHash(),
                        client.metadata(),
                        client.id(),
                        clock.millis())
                > 0;
    }

    @Override
    public void extend(String id, Instant expiresAt) {
        long end = EpochMillis.of(expiresAt);
        database.update(
                "UPDATE client SET expires_at = ? WHERE id = ? AND expires_at > ? AND expires_at < ?",
                end,
                id,
                clock.millis(),
                end);
    }

    @Override
    public boolean delete(String id) {
        return database.update("DELETE FROM client WHERE id = ? AND expires_at > ?", id, clock.millis()) > 0;
    }

    @Override
    public Page<RegisteredClient> list(@Nullable String after, int limit) {
        PageLimit bound = PageLimit.of(limit);
        return bound.page(
                database.list(
                        SELECT + " WHERE id > ? AND expires_at > ? ORDER BY id LIMIT ?",
                        JdbcClientStore::client,
                        after == null ? "" : after,
                        clock.millis(),
                        bound.rows()),
                RegisteredClient::id);
    }

    private static RegisteredClient client(Row row) {
        return new RegisteredClient(
                row.text(1), row.textOrNull(2), row.textOrNull(3), row.text(4), row.instant(5), row.instant(6));
    }
}
