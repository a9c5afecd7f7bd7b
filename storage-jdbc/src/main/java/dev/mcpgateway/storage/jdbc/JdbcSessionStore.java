package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.SessionStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.Optional;

/** Sessions of browsers in table {@code browser_session}. */
final class JdbcSessionStore implements SessionStore {
    private final Database database;
    private final Clock clock;

    JdbcSessionStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void begin(Session session) {
        database.update(
                """
                INSERT INTO browser_session (hash, user_id, user_name, provider, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)""",
                session.hash(),
                session.userId(),
                session.userName(),
                session.provider(),
                EpochMillis.of(session.createdAt()),
                EpochMillis.of(session.expiresAt()));
    }

    @Override
    public Optional<Session> find(String hash) {
        return database.first(
                """
                SELECT hash, user_id, user_name, provider, created_at, expires_at FROM browser_session
                WHERE hash = ? AND expires_at > ?""",
                row -> new Session(row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5), row.instant(6)),
                hash,
                clock.millis());
    }

    @Override
    public void end(String hash) {
        database.update("DELETE FROM browser_session WHERE hash = ?", hash);
    }
}
