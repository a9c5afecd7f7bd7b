package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.LoginStore;
import java.time.Clock;
import java.util.Optional;

final class JdbcLoginStore implements LoginStore {
    private final Database database;
    private final Clock clock;

    JdbcLoginStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void begin(PendingLogin login) {
        database.run(sql -> sql.update(
                "INSERT INTO logins (state_hash, browser_hash, provider, request, expires_at) VALUES (?, ?, ?, ?, ?)",
                login.stateHash(),
                login.browserHash(),
                login.provider(),
                login.request(),
                login.expiresAt()));
    }

    /** Whoever deletes the row has it. */
    @Override
    public Optional<PendingLogin> consume(String stateHash) {
        return database.inTransaction(sql -> sql.find(
                        "SELECT state_hash, browser_hash, provider, request, expires_at FROM logins WHERE state_hash = ?",
                        row -> new PendingLogin(row.text(1), row.text(2), row.text(3), row.text(4), row.time(5)),
                        stateHash)
                .filter(_ -> sql.update("DELETE FROM logins WHERE state_hash = ?", stateHash) == 1)
                .filter(login -> clock.instant().isBefore(login.expiresAt())));
    }
}
