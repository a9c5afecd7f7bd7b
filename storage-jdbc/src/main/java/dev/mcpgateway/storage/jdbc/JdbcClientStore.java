package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class JdbcClientStore implements ClientStore {
    private static final String COLUMNS = "id, secret_hash, registration_token_hash, metadata, created_at, expires_at";

    private final Database database;
    private final Clock clock;

    JdbcClientStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void create(RegisteredClient client) {
        database.run(sql -> sql.update(
                "INSERT INTO clients (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)",
                client.id(),
                client.secretHash(),
                client.registrationTokenHash(),
                client.metadata(),
                client.createdAt(),
                client.expiresAt()));
    }

    @Override
    public Optional<RegisteredClient> find(String id) {
        return database.run(sql -> sql.find(
                "SELECT " + COLUMNS + " FROM clients WHERE id = ? AND expires_at > ?",
                JdbcClientStore::client,
                id,
                clock.instant()));
    }

    @Override
    public boolean update(RegisteredClient client) {
        return database.run(sql -> sql.update(
                        "UPDATE clients SET secret_hash = ?, registration_token_hash = ?, metadata = ?"
                                + " WHERE id = ? AND expires_at > ?",
                        client.secretHash(),
                        client.registrationTokenHash(),
                        client.metadata(),
                        client.id(),
                        clock.instant())
                == 1);
    }

    @Override
    public void extend(String id, Instant expiresAt) {
        database.run(sql -> sql.update(
                "UPDATE clients SET expires_at = ? WHERE id = ? AND expires_at < ? AND expires_at > ?",
                expiresAt,
                id,
                expiresAt,
                clock.instant()));
    }

    @Override
    public boolean delete(String id) {
        return database.run(
                sql -> sql.update("DELETE FROM clients WHERE id = ? AND expires_at > ?", id, clock.instant()) == 1);
    }

    @Override
    public Page<RegisteredClient> list(@Nullable String after, int limit) {
        return Pages.page(
                database.run(sql -> sql.list(
                        "SELECT " + COLUMNS + " FROM clients WHERE id > ? AND expires_at > ? ORDER BY id LIMIT ?",
                        JdbcClientStore::client,
                        Objects.requireNonNullElse(after, ""),
                        clock.instant(),
                        Pages.rows(limit))),
                limit,
                RegisteredClient::id);
    }

    private static RegisteredClient client(Row row) {
        return new RegisteredClient(
                row.text(1), row.optionalText(2), row.optionalText(3), row.text(4), row.time(5), row.time(6));
    }
}
