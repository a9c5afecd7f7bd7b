package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Agreements in table {@code consent}. */
final class JdbcConsentStore implements ConsentStore {
    private final Database database;
    private final Clock clock;

    JdbcConsentStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Consent consent) {
        long givenAt = EpochMillis.of(consent.givenAt());
        long expiresAt = EpochMillis.of(consent.expiresAt());
        database.inTransaction(statements -> {
            long replaced = statements.update(
                    """
                    UPDATE consent SET scope = ?, given_at = ?, expires_at = ?
                    WHERE user_id = ? AND client_id = ? AND redirect_host = ? AND resource = ?""",
                    consent.scope(),
                    givenAt,
                    expiresAt,
                    consent.userId(),
                    consent.clientId(),
                    consent.redirectHost(),
                    consent.resource());
            return replaced > 0
                    ? replaced
                    : statements.update(
                            """
                            INSERT INTO consent (user_id, client_id, redirect_host, resource, scope, given_at, expires_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?)""",
                            consent.userId(),
                            consent.clientId(),
                            consent.redirectHost(),
                            consent.resource(),
                            consent.scope(),
                            givenAt,
                            expiresAt);
        });
    }

    @Override
    public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
        return database.first("""
                SELECT user_id, client_id, redirect_host, resource, scope, given_at, expires_at FROM consent
                WHERE user_id = ? AND client_id = ? AND redirect_host = ? AND resource = ? AND expires_at > ?""", JdbcConsentStore::consent, userId, clientId, redirectHost, resource, clock.millis());
    }

    /** Everything the user agreed to. */
    List<Consent> of(String userId) {
        return database.list("""
                SELECT user_id, client_id, redirect_host, resource, scope, given_at, expires_at FROM consent
                WHERE user_id = ? AND expires_at > ?""", JdbcConsentStore::consent, userId, clock.millis());
    }

    boolean recordIfAbsent(Consent consent) {
        boolean absent = find(consent.userId(), consent.clientId(), consent.redirectHost(), consent.resource())
                .isEmpty();
        if (absent) {
            record(consent);
        }
        return absent;
    }

    private static Consent consent(Row row) {
        return new Consent(
                row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.instant(6), row.instant(7));
    }

    @Override
    public void forgetUser(String userId) {
        database.update("DELETE FROM consent WHERE user_id = ?", userId);
    }
}
