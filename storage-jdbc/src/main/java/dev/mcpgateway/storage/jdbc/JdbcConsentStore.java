package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Archive.Outcome;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Agreements in table {@code consent}, and the markers that end them. */
final class JdbcConsentStore implements ConsentStore {
    /** Not expired, and younger than every marker. Its first parameter is the present moment. */
    private static final String SELECT_LIVE = """
            SELECT user_id, client_id, redirect_host, resource, scope, given_at, expires_at FROM consent
            WHERE expires_at > ?
                AND NOT EXISTS (SELECT 1 FROM user_revocation
                    WHERE user_revocation.user_id = consent.user_id AND user_revocation.up_to >= consent.given_at)
                AND NOT EXISTS (SELECT 1 FROM client_revocation
                    WHERE client_revocation.client_id = consent.client_id
                        AND client_revocation.up_to >= consent.given_at)
                AND NOT EXISTS (SELECT 1 FROM forgotten_consents
                    WHERE forgotten_consents.user_id = consent.user_id
                        AND forgotten_consents.up_to >= consent.given_at)
                AND\s""";

    /** As the tables have it: nobody with a longer one ever agreed to anything. */
    private static final int LONGEST_USER_ID = 512;

    private static final String SUBJECT = "user_id = ? AND client_id = ? AND redirect_host = ? AND resource = ?";

    private final Database database;
    private final Clock clock;

    JdbcConsentStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void record(Consent consent) {
        database.inTransaction(statements -> {
            long replaced = replace(consent, statements);
            return replaced > 0 ? replaced : insert(consent, statements);
        });
    }

    private static long replace(Consent consent, Statements statements) {
        return statements.update(
                "UPDATE consent SET scope = ?, given_at = ?, expires_at = ? WHERE " + SUBJECT,
                consent.scope(),
                EpochMillis.of(consent.givenAt()),
                EpochMillis.of(consent.expiresAt()),
                consent.userId(),
                consent.clientId(),
                consent.redirectHost(),
                consent.resource());
    }

    private static long insert(Consent consent, Statements statements) {
        return statements.update(
                """
                INSERT INTO consent (user_id, client_id, redirect_host, resource, scope, given_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                consent.userId(),
                consent.clientId(),
                consent.redirectHost(),
                consent.resource(),
                consent.scope(),
                EpochMillis.of(consent.givenAt()),
                EpochMillis.of(consent.expiresAt()));
    }

    @Override
    public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
        return database.first(
                SELECT_LIVE + SUBJECT,
                JdbcConsentStore::consent,
                clock.millis(),
                userId,
                clientId,
                redirectHost,
                resource);
    }

    /** Everything the user agreed to. */
    List<Consent> of(String userId) {
        return database.list(SELECT_LIVE + "user_id = ?", JdbcConsentStore::consent, clock.millis(), userId);
    }

    /** Records what has not expired, unless there is a live one, or a marker that ends it. */
    Outcome recordIfAbsent(Consent consent) {
        return database.inTransaction(statements -> {
            boolean there = statements
                    .first(
                            "SELECT 1 FROM consent WHERE " + SUBJECT + " FOR UPDATE",
                            row -> row.number(1),
                            consent.userId(),
                            consent.clientId(),
                            consent.redirectHost(),
                            consent.resource())
                    .isPresent();
            if (there && isLive(consent, statements)) {
                return Outcome.PRESENT;
            }
            // If another one comes in between, the insertion collides with it, and all of this is done again.
            if (there) {
                replace(consent, statements);
            } else {
                insert(consent, statements);
            }
            if (isLive(consent, statements)) {
                return Outcome.ADDED;
            }
            statements.update(
                    "DELETE FROM consent WHERE " + SUBJECT,
                    consent.userId(),
                    consent.clientId(),
                    consent.redirectHost(),
                    consent.resource());
            return Outcome.ENDED;
        });
    }

    private boolean isLive(Consent consent, Statements statements) {
        return statements
                .first(
                        SELECT_LIVE + SUBJECT,
                        JdbcConsentStore::consent,
                        clock.millis(),
                        consent.userId(),
                        consent.clientId(),
                        consent.redirectHost(),
                        consent.resource())
                .isPresent();
    }

    private static Consent consent(Row row) {
        return new Consent(
                row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.instant(6), row.instant(7));
    }

    @Override
    public void forgetUser(String userId) {
        forgetUser(userId, clock.millis());
    }

    /**
     * Forgets what was given until then.
     *
     * @return false if that was done before
     */
    boolean forgetUser(String userId, long upTo) {
        if (userId.length() > LONGEST_USER_ID) {
            return false;
        }
        return database.inTransaction(statements -> {
            Optional<Long> before = statements.first(
                    "SELECT up_to FROM forgotten_consents WHERE user_id = ? FOR UPDATE", row -> row.number(1), userId);
            statements.update("DELETE FROM consent WHERE user_id = ? AND given_at <= ?", userId, upTo);
            if (before.isPresent() && before.get() >= upTo) {
                return false;
            }
            statements.update(
                    before.isPresent()
                            ? "UPDATE forgotten_consents SET up_to = ? WHERE user_id = ?"
                            : "INSERT INTO forgotten_consents (up_to, user_id) VALUES (?, ?)",
                    upTo,
                    userId);
            return true;
        });
    }
}
