package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.NewGrant;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

final class JdbcCodeStore implements CodeStore {
    private static final Duration REMEMBERED_AFTER_EXPIRY = Duration.ofDays(1);
    private static final String COLUMNS =
            "hash, client_id, redirect_uri, code_challenge, family_id, user_id, user_name, resource, scope, expires_at";

    private final Database database;
    private final Clock clock;

    JdbcCodeStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void issue(IssuedCode code) {
        database.run(sql -> sql.update(
                "INSERT INTO codes (" + COLUMNS + ", used, remembered_until)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE, ?)",
                code.hash(),
                code.clientId(),
                code.redirectUri(),
                code.codeChallenge(),
                code.familyId(),
                code.userId(),
                code.userName(),
                code.resource(),
                code.scope(),
                code.expiresAt(),
                code.expiresAt().plus(REMEMBERED_AFTER_EXPIRY)));
    }

    @Override
    public Optional<IssuedCode> find(String hash) {
        return database.run(sql -> find(sql, hash));
    }

    @Override
    public Optional<Consumption> consume(String hash, NewGrant grant) {
        return database.inTransaction(sql -> {
            boolean first = sql.update(
                            "UPDATE codes SET used = TRUE WHERE hash = ? AND used = FALSE AND expires_at > ?",
                            hash,
                            clock.instant())
                    == 1;
            if (first) {
                JdbcTokenStore.insert(sql, grant);
            }
            return find(sql, hash)
                    .map(code -> first ? new Consumption.Fresh(code) : new Consumption.Replayed(code.familyId()));
        });
    }

    /** A used code for as long as it is remembered, an unused one until it expires. */
    private Optional<IssuedCode> find(Sql sql, String hash) {
        return sql.find(
                "SELECT " + COLUMNS + " FROM codes"
                        + " WHERE hash = ? AND remembered_until > ? AND (used = TRUE OR expires_at > ?)",
                row -> new IssuedCode(
                        row.text(1),
                        row.text(2),
                        row.text(3),
                        row.text(4),
                        row.text(5),
                        row.text(6),
                        row.text(7),
                        row.text(8),
                        row.text(9),
                        row.time(10)),
                hash,
                clock.instant(),
                clock.instant());
    }
}
