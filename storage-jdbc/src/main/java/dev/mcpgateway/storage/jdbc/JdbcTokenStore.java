package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

final class JdbcTokenStore implements TokenStore {
    /** No grant lives longer, so no marker has to. */
    private static final Duration LONGEST_GRANT = Duration.ofDays(3650);

    private static final String COLUMNS = "family_id, client_id, user_id, user_name, resource, scope, sequence,"
            + " created_at, last_used_at, idle_expires_at, expires_at";

    /** Two parameters: now, twice. */
    private static final String LIVE = " g.expires_at > ? AND g.idle_expires_at > ?"
            + " AND NOT EXISTS (SELECT 1 FROM revocation_markers m"
            + " WHERE m.subject = 'user' AND m.id = g.user_id AND m.up_to >= g.created_at)"
            + " AND NOT EXISTS (SELECT 1 FROM revocation_markers m"
            + " WHERE m.subject = 'client' AND m.id = g.client_id AND m.up_to >= g.created_at)";

    private final Database database;
    private final Clock clock;
    private final Revocations revocations;

    JdbcTokenStore(Database database, Clock clock, Revocations revocations) {
        this.database = database;
        this.clock = clock;
        this.revocations = revocations;
    }

    /** As part of the transaction that uses up its code. */
    static void insert(Sql sql, NewGrant grant) {
        sql.update(
                "INSERT INTO grants (family_id, client_id, user_id, user_name, resource, scope, secret_hash, sequence,"
                        + " rotated_at, repeats, created_at, last_used_at, idle_expires_at, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?)",
                grant.familyId(),
                grant.clientId(),
                grant.userId(),
                grant.userName(),
                grant.resource(),
                grant.scope(),
                grant.secretHash(),
                grant.createdAt(),
                grant.createdAt(),
                earlier(grant.idleExpiresAt(), grant.expiresAt()),
                grant.expiresAt());
    }

    @Override
    public Optional<Grant> findGrant(String familyId) {
        return database.run(sql -> findLive(sql, familyId));
    }

    @Override
    public Rotation rotate(Presented token) {
        Rotation outcome = database.inTransaction(sql -> lock(sql, token.familyId())
                .filter(family -> family.secretHash().equals(token.secretHash()))
                .flatMap(family -> findLive(sql, token.familyId()).map(grant -> rotate(sql, token, family, grant)))
                .orElseGet(Rotation.Unknown::new));
        if (outcome instanceof Rotation.Reused(var familyId)) {
            revocations.tell(new Revocation.Family(familyId));
        }
        return outcome;
    }

    /** What only rotation looks at. */
    private record Family(String secretHash, Instant rotatedAt, long repeats) {}

    /** Holds the row, so that of several rotations at once one goes first. */
    private static Optional<Family> lock(Sql sql, String familyId) {
        return sql.find(
                "SELECT secret_hash, rotated_at, repeats FROM grants WHERE family_id = ? FOR UPDATE",
                row -> new Family(row.text(1), row.time(2), row.number(3)),
                familyId);
    }

    private Rotation rotate(Sql sql, Presented token, Family family, Grant grant) {
        if (!grant.clientId().equals(token.clientId())) {
            return new Rotation.Foreign();
        }
        if (token.sequence() >= grant.sequence()) {
            Grant advanced = advance(sql, token, grant);
            return token.sequence() == grant.sequence()
                    ? new Rotation.Advanced(advanced)
                    : new Rotation.Recovered(advanced);
        }
        boolean repeatable = token.sequence() == grant.sequence() - 1
                && token.now().isBefore(family.rotatedAt().plus(token.grace()))
                && family.repeats() < token.maxRepeats();
        if (repeatable) {
            sql.update("UPDATE grants SET repeats = repeats + 1 WHERE family_id = ?", grant.familyId());
            return new Rotation.Repeated(grant);
        }
        sql.update("DELETE FROM grants WHERE family_id = ?", grant.familyId());
        return new Rotation.Reused(grant.familyId());
    }

    private Grant advance(Sql sql, Presented token, Grant grant) {
        Instant idleExpiresAt = earlier(token.now().plus(token.idleLifetime()), grant.expiresAt());
        sql.update(
                "UPDATE grants SET sequence = ?, rotated_at = ?, repeats = 0, last_used_at = ?, idle_expires_at = ?"
                        + " WHERE family_id = ?",
                token.sequence() + 1,
                token.now(),
                token.now(),
                idleExpiresAt,
                grant.familyId());
        return new Grant(
                grant.familyId(),
                grant.clientId(),
                grant.userId(),
                grant.userName(),
                grant.resource(),
                grant.scope(),
                token.sequence() + 1,
                grant.createdAt(),
                token.now(),
                idleExpiresAt,
                grant.expiresAt());
    }

    @Override
    public boolean revokeFamily(String familyId) {
        boolean revoked = database.inTransaction(sql -> {
            boolean live = findLive(sql, familyId).isPresent();
            return sql.update("DELETE FROM grants WHERE family_id = ?", familyId) == 1 && live;
        });
        if (revoked) {
            revocations.tell(new Revocation.Family(familyId));
        }
        return revoked;
    }

    @Override
    public int revokeUser(String userId, Instant upTo) {
        int ended = revoke("user", "user_id", userId, upTo);
        revocations.tell(new Revocation.User(userId, upTo));
        return ended;
    }

    @Override
    public int revokeClient(String clientId, Instant upTo) {
        int ended = revoke("client", "client_id", clientId, upTo);
        revocations.tell(new Revocation.Client(clientId, upTo));
        return ended;
    }

    /** The marker decides, also about a grant that is being created at this moment; deleting rows is tidying up. */
    private int revoke(String subject, String column, String id, Instant upTo) {
        OptionalInt ended = database.inTransactionOr(
                OptionalInt.empty(), sql -> OptionalInt.of(revoke(sql, subject, column, id, upTo)));
        // Empty if another call wrote the same subject's first marker meanwhile; now it is there to be moved.
        return ended.isPresent()
                ? ended.getAsInt()
                : database.inTransaction(sql -> revoke(sql, subject, column, id, upTo));
    }

    private int revoke(Sql sql, String subject, String column, String id, Instant upTo) {
        long ended = sql.find(
                        "SELECT COUNT(*) FROM grants g WHERE g." + column + " = ? AND g.created_at <= ? AND" + LIVE,
                        row -> row.number(1),
                        id,
                        upTo,
                        clock.instant(),
                        clock.instant())
                .orElse(0L);
        mark(sql, subject, id, upTo);
        sql.update("DELETE FROM grants WHERE " + column + " = ? AND created_at <= ?", id, upTo);
        return Math.toIntExact(ended);
    }

    /** A marker only ever moves ahead. */
    private static void mark(Sql sql, String subject, String id, Instant upTo) {
        Instant expiresAt = upTo.plus(LONGEST_GRANT);
        boolean known = sql.find(
                        "SELECT 1 FROM revocation_markers WHERE subject = ? AND id = ? FOR UPDATE",
                        _ -> true,
                        subject,
                        id)
                .isPresent();
        if (known) {
            sql.update(
                    "UPDATE revocation_markers SET up_to = ?, expires_at = ? WHERE subject = ? AND id = ? AND up_to < ?",
                    upTo,
                    expiresAt,
                    subject,
                    id,
                    upTo);
        } else {
            sql.update(
                    "INSERT INTO revocation_markers (subject, id, up_to, expires_at) VALUES (?, ?, ?, ?)",
                    subject,
                    id,
                    upTo,
                    expiresAt);
        }
    }

    @Override
    public Page<Grant> list(@Nullable String after, int limit) {
        return list("", null, after, limit);
    }

    @Override
    public Page<Grant> listByUser(String userId, @Nullable String after, int limit) {
        return list("user_id = ? AND ", userId, after, limit);
    }

    @Override
    public Page<Grant> listByClient(String clientId, @Nullable String after, int limit) {
        return list("client_id = ? AND ", clientId, after, limit);
    }

    private Page<Grant> list(String condition, @Nullable String value, @Nullable String after, int limit) {
        String statement = "SELECT " + COLUMNS + " FROM grants g WHERE " + condition + "family_id > ? AND" + LIVE
                + " ORDER BY family_id LIMIT ?";
        String start = Objects.requireNonNullElse(after, "");
        Instant now = clock.instant();
        int rows = Pages.rows(limit);
        return Pages.page(
                database.run(sql -> value == null
                        ? sql.list(statement, JdbcTokenStore::grant, start, now, now, rows)
                        : sql.list(statement, JdbcTokenStore::grant, value, start, now, now, rows)),
                limit,
                Grant::familyId);
    }

    private Optional<Grant> findLive(Sql sql, String familyId) {
        Instant now = clock.instant();
        return sql.find(
                "SELECT " + COLUMNS + " FROM grants g WHERE family_id = ? AND" + LIVE,
                JdbcTokenStore::grant,
                familyId,
                now,
                now);
    }

    private static Grant grant(Row row) {
        return new Grant(
                row.text(1),
                row.text(2),
                row.text(3),
                row.text(4),
                row.text(5),
                row.text(6),
                row.number(7),
                row.time(8),
                row.time(9),
                row.time(10),
                row.time(11));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
