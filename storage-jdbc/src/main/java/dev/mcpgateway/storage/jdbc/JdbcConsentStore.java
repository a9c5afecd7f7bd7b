package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.ConsentStore;
import java.time.Clock;
import java.util.Optional;

final class JdbcConsentStore implements ConsentStore {
    private static final String COLUMNS = "user_id, client_id, redirect_host, resource, scope, given_at, expires_at";

    private final Database database;
    private final Clock clock;

    JdbcConsentStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Consent consent) {
        if (!insert(consent)) {
            // There is one; replacing it is one statement, so it does not matter who comes first.
            database.run(sql -> sql.update(
                    "UPDATE consents SET scope = ?, given_at = ?, expires_at = ?"
                            + " WHERE user_id = ? AND client_id = ? AND redirect_host = ? AND resource = ?",
                    consent.scope(),
                    consent.givenAt(),
                    consent.expiresAt(),
                    consent.userId(),
                    consent.clientId(),
                    consent.redirectHost(),
                    consent.resource()));
        }
    }

    private boolean insert(Consent consent) {
        return database.inTransactionOr(
                false,
                sql -> sql.update(
                                "INSERT INTO consents (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                                consent.userId(),
                                consent.clientId(),
                                consent.redirectHost(),
                                consent.resource(),
                                consent.scope(),
                                consent.givenAt(),
                                consent.expiresAt())
                        == 1);
    }

    @Override
    public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
        return database.run(sql -> sql.find(
                "SELECT " + COLUMNS + " FROM consents"
                        + " WHERE user_id = ? AND client_id = ? AND redirect_host = ? AND resource = ? AND expires_at > ?",
                row -> new Consent(
                        row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.time(6), row.time(7)),
                userId,
                clientId,
                redirectHost,
                resource,
                clock.instant()));
    }

    @Override
    public void forgetUser(String userId) {
        database.run(sql -> sql.update("DELETE FROM consents WHERE user_id = ?", userId));
    }
}
