package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Authorization codes in table {@code code}. */
final class JdbcCodeStore implements CodeStore {
    private static final Duration REPLAY_MEMORY = Duration.ofDays(1);

    private static final String SELECT = """
            SELECT hash, client_id, redirect_uri, code_challenge, family_id, user_id, user_name, resource, scope,
                expires_at, used
            FROM code WHERE hash = ? AND forget_at > ?""";

    /** A code and whether it was used. */
    private record Known(IssuedCode code, boolean used) {
        boolean usable(long now) {
            return !used && now < EpochMillis.of(code.expiresAt());
        }
    }

    private final Database database;
    private final Clock clock;

    JdbcCodeStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void issue(IssuedCode code) {
        long expiresAt = EpochMillis.of(code.expiresAt());
        database.update(
                """
                INSERT INTO code (hash, client_id, redirect_uri, code_challenge, family_id, user_id, user_name,
                    resource, scope, expires_at, forget_at, used)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                code.hash(),
                code.clientId(),
                code.redirectUri(),
                code.codeChallenge(),
                code.familyId(),
                code.userId(),
                code.userName(),
                code.resource(),
                code.scope(),
                expiresAt,
                EpochMillis.plus(expiresAt, REPLAY_MEMORY),
                false);
    }

    @Override
    public Optional<IssuedCode> find(String hash) {
        long now = clock.millis();
        return database.first(SELECT, JdbcCodeStore::known, hash, now)
                .filter(known -> known.used() || known.usable(now))
                .map(Known::code);
    }

    @Override
    public Optional<Consumption> consume(String hash, NewGrant grant) {
        return database.inTransaction(statements -> {
            long now = clock.millis();
            return statements
                    .first(SELECT + " FOR UPDATE", JdbcCodeStore::known, hash, now)
                    .filter(known -> known.used() || known.usable(now))
                    .map(known -> known.used()
                            ? new Consumption.Replayed(known.code().familyId())
                            : useUp(known.code(), grant, statements));
        });
    }

    private static Consumption useUp(IssuedCode code, NewGrant grant, Statements statements) {
        if (!grant.familyId().equals(code.familyId())) {
            throw new IllegalArgumentException("the grant is not of the family that the code was issued for");
        }
        statements.update("UPDATE code SET used = TRUE WHERE hash = ?", code.hash());
        GrantTable.insert(grant, statements);
        return new Consumption.Fresh(code);
    }

    private static Known known(Row row) {
        return new Known(
                new IssuedCode(
                        row.text(1),
                        row.text(2),
                        row.text(3),
                        row.text(4),
                        row.text(5),
                        row.text(6),
                        row.text(7),
                        row.text(8),
                        row.text(9),
                        row.instant(10)),
                row.flag(11));
    }
}
