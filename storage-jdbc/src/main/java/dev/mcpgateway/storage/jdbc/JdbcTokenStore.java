package dev.mcpgateway.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import dev.mcpgateway.storage.spi.PageLimit;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Grants in table {@code grants}, and the markers that end all those of a user or a client. */
final class JdbcTokenStore implements TokenStore {
    private static final String SELECT_LIVE =
            "SELECT " + GrantTable.COLUMNS + " FROM grants WHERE " + GrantTable.LIVE + " AND ";

    private static final String SELECT_FAMILY = "SELECT " + GrantTable.COLUMNS
            + ", secret_hash, rotated_at, repeats FROM grants WHERE " + GrantTable.LIVE
            + " AND family_id = ? FOR UPDATE";

    /** Whose grants a marker ends. */
    private enum Owner {
        USER("user_revocation", "user_id"),
        CLIENT("client_revocation", "client_id");

        final String marker;
        final String updateMarker;
        final String insertMarker;
        final String count;
        final String page;

        Owner(String table, String column) {
            marker = "SELECT up_to FROM " + table + " WHERE " + column + " = ? FOR UPDATE";
            updateMarker = "UPDATE " + table + " SET up_to = ? WHERE " + column + " = ?";
            insertMarker = "INSERT INTO " + table + " (up_to, " + column + ") VALUES (?, ?)";
            count = "SELECT COUNT(*) FROM grants WHERE " + GrantTable.LIVE + " AND " + column
                    + " = ? AND created_at <= ?";
            // Sorted by the whole index, so that the database reads one page and no more.
            page = column + " = ? AND family_id > ? ORDER BY " + column + ", family_id LIMIT ?";
        }
    }

    /**
     * A family as rotation sees it.
     *
     * @param rotatedAt when the previous token was first used, which begins its grace window
     * @param repeats how often the previous token was used again
     */
    private record Family(Grant grant, String secretHash, Instant rotatedAt, long repeats) {
        boolean has(String hash) {
            return MessageDigest.isEqual(secretHash.getBytes(UTF_8), hash.getBytes(UTF_8));
        }

        boolean repeatable(Presented token) {
            return token.sequence() == grant.sequence() - 1
                    && !token.grace().isZero()
                    && Duration.between(rotatedAt, token.now()).compareTo(token.grace()) < 0
                    && repeats < token.maxRepeats();
        }
    }

    private final Database database;
    private final Clock clock;
    private final Revocations revocations;

    JdbcTokenStore(Database database, Clock clock, Revocations revocations) {
        this.database = database;
        this.clock = clock;
        this.revocations = revocations;
    }

    @Override
    public void create(NewGrant grant) {
        boolean created = database.inTransaction(statements -> {
            if (isTaken(grant.familyId(), statements)) {
                return false;
            }
            GrantTable.insert(grant, statements);
            return true;
        });
        if (!created) {
            throw new StoreException(database.name() + " has, or had, a grant of this id already");
        }
    }

    private static boolean isTaken(String familyId, Statements statements) {
        return statements
                        .first("SELECT 1 FROM grants WHERE family_id = ?", row -> row.number(1), familyId)
                        .isPresent()
                || statements
                        .first("SELECT 1 FROM revoked_family WHERE family_id = ?", row -> row.number(1), familyId)
                        .isPresent();
    }

    @Override
    public Optional<Grant> findGrant(String familyId) {
        return database.first(SELECT_LIVE + "family_id = ?", GrantTable::grant, clock.millis(), familyId);
    }

    @Override
    public Rotation rotate(Presented token) {
        return database.inTransaction(statements -> statements
                .first(SELECT_FAMILY, JdbcTokenStore::family, clock.millis(), token.familyId())
                .filter(family -> family.has(token.secretHash()))
                .map(family -> rotate(family, token, statements))
                .orElseGet(Rotation.Unknown::new));
    }

    /** Decides while the row is locked. */
    private Rotation rotate(Family family, Presented token, Statements statements) {
        Grant grant = family.grant();
        if (!grant.clientId().equals(token.clientId())) {
            return new Rotation.Foreign();
        }
        if (token.sequence() < 0 || token.sequence() == Long.MAX_VALUE) {
            // Never given out, and without a successor.
            return new Rotation.Unknown();
        }
        if (token.sequence() == grant.sequence()) {
            return new Rotation.Advanced(moveOn(grant, token, statements));
        }
        if (token.sequence() > grant.sequence()) {
            return new Rotation.Recovered(moveOn(grant, token, statements));
        }
        if (family.repeatable(token)) {
            statements.update("UPDATE grants SET repeats = repeats + 1 WHERE family_id = ?", grant.familyId());
            return new Rotation.Repeated(grant);
        }
        end(grant.familyId(), EpochMillis.of(grant.expiresAt()), statements);
        revocations.announce(new Revocation.Family(grant.familyId()), statements);
        return new Rotation.Reused(grant.familyId());
    }

    /** Makes the successor of the presented token the current one; a new grace window begins. */
    private static Grant moveOn(Grant grant, Presented token, Statements statements) {
        long now = EpochMillis.of(token.now());
        long expiresAt = EpochMillis.of(grant.expiresAt());
        long idleExpiresAt = EpochMillis.plus(now, token.idleLifetime());
        statements.update(
                """
                UPDATE grants SET sequence_number = ?, last_used_at = ?, idle_expires_at = ?, ends_at = ?,
                    rotated_at = ?, repeats = 0
                WHERE family_id = ?""",
                token.sequence() + 1,
                now,
                idleExpiresAt,
                Math.min(idleExpiresAt, expiresAt),
                now,
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
                Instant.ofEpochMilli(now),
                Instant.ofEpochMilli(idleExpiresAt),
                grant.expiresAt());
    }

    @Override
    public boolean revokeFamily(String familyId) {
        return database.inTransaction(statements -> {
            Optional<Long> expiresAt = statements.first(
                    "SELECT expires_at FROM grants WHERE " + GrantTable.LIVE + " AND family_id = ? FOR UPDATE",
                    row -> row.number(1),
                    clock.millis(),
                    familyId);
            expiresAt.ifPresent(moment -> end(familyId, moment, statements));
            // Also when it was gone already: the caller wants everybody to know.
            revocations.announce(new Revocation.Family(familyId), statements);
            return expiresAt.isPresent();
        });
    }

    /** Removes the row, and remembers that the family was ended before its time. */
    private static void end(String familyId, long expiresAt, Statements statements) {
        statements.update("DELETE FROM grants WHERE family_id = ?", familyId);
        statements.update("DELETE FROM revoked_family WHERE family_id = ?", familyId);
        statements.update("INSERT INTO revoked_family (family_id, expires_at) VALUES (?, ?)", familyId, expiresAt);
    }

    @Override
    public int revokeUser(String userId, Instant upTo) {
        return database.inTransaction(statements -> {
            int ended = mark(Owner.USER, userId, upTo, statements);
            revocations.announce(new Revocation.User(userId, upTo), statements);
            return ended;
        });
    }

    @Override
    public int revokeClient(String clientId, Instant upTo) {
        return database.inTransaction(statements -> {
            int ended = mark(Owner.CLIENT, clientId, upTo, statements);
            revocations.announce(new Revocation.Client(clientId, upTo), statements);
            return ended;
        });
    }

    /** Writes the marker, which only ever moves forward, and counts the grants that it ends. */
    private int mark(Owner owner, String id, Instant upTo, Statements statements) {
        long moment = EpochMillis.of(upTo);
        Optional<Long> before = statements.first(owner.marker, row -> row.number(1), id);
        if (before.isPresent() && before.get() >= moment) {
            return 0;
        }
        long ended = statements
                .first(owner.count, row -> row.number(1), clock.millis(), id, moment)
                .orElse(0L);
        statements.update(before.isPresent() ? owner.updateMarker : owner.insertMarker, moment, id);
        return Math.toIntExact(ended);
    }

    @Override
    public Page<Grant> list(@Nullable String after, int limit) {
        return page("family_id > ? ORDER BY family_id LIMIT ?", List.of(), after, limit);
    }

    @Override
    public Page<Grant> listByUser(String userId, @Nullable String after, int limit) {
        return page(Owner.USER.page, List.of(userId), after, limit);
    }

    @Override
    public Page<Grant> listByClient(String clientId, @Nullable String after, int limit) {
        return page(Owner.CLIENT.page, List.of(clientId), after, limit);
    }

    private Page<Grant> page(String condition, List<String> owner, @Nullable String after, int limit) {
        PageLimit bound = PageLimit.of(limit);
        List<Object> parameters = new ArrayList<>();
        parameters.add(clock.millis());
        parameters.addAll(owner);
        parameters.add(after == null ? "" : after);
        parameters.add(bound.rows());
        return bound.page(
                database.list(SELECT_LIVE + condition, GrantTable::grant, parameters.toArray()), Grant::familyId);
    }

    private static Family family(Row row) {
        return new Family(
                GrantTable.grant(row),
                row.text(GrantTable.WIDTH + 1),
                row.instant(GrantTable.WIDTH + 2),
                row.number(GrantTable.WIDTH + 3));
    }
}
