package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.Optional;

/** Pending sign-ins in table {@code login}. */
final class JdbcLoginStore implements LoginStore {
    private final Database database;
    private final Clock clock;

    JdbcLoginStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void begin(PendingLogin login) {
        database.update(
                "INSERT INTO login (state_hash, browser_hash, provider, request, expires_at) VALUES (?, ?, ?, ?, ?)",
                login.stateHash(),
                login.browserHash(),
                login.provider(),
                login.request(),
                EpochMillis.of(login.expiresAt()));
    }

    @Override
    public Optional<PendingLogin> consume(String stateHash) {
        return database.inTransaction(statements -> {
            Optional<PendingLogin> login = statements.first(
                    """
                    SELECT state_hash, browser_hash, provider, request, expires_at FROM login
                    WHERE state_hash = ? AND expires_at > ?""",
                    row -> new PendingLogin(row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5)),
                    stateHash,
                    clock.millis());
            // Whoever deletes it has it.
            return login.filter(_ -> statements.update("DELETE FROM login WHERE state_hash = ?", stateHash) > 0);
        });
    }
}
