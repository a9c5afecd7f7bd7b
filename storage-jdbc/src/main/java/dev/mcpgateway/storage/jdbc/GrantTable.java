package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Archive.Entry.Family;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.spi.EpochMillis;

/** Table {@code grants}: one row per family of refresh tokens. */
final class GrantTable {
    /** The columns that {@link #grant} reads. */
    static final String COLUMNS = "family_id, client_id, user_id, user_name, resource, scope, sequence_number,"
            + " created_at, last_used_at, idle_expires_at, expires_at";

    /** The number of {@link #COLUMNS}. */
    static final int WIDTH = 11;

    /** Not expired, and older than no marker of its user or client. Its one parameter is the present moment. */
    static final String LIVE = """
             ends_at > ?
             AND NOT EXISTS (SELECT 1 FROM user_revocation
                 WHERE user_revocation.user_id = grants.user_id AND user_revocation.up_to >= grants.created_at)
             AND NOT EXISTS (SELECT 1 FROM client_revocation
                 WHERE client_revocation.client_id = grants.client_id AND client_revocation.up_to >= grants.created_at)
            """;

    private GrantTable() {}

    static void insert(NewGrant grant, Statements statements) {
        insert(
                new Family(
                        new Grant(
                                grant.familyId(),
                                grant.clientId(),
                                grant.userId(),
                                grant.userName(),
                                grant.resource(),
                                grant.scope(),
                                0,
                                grant.createdAt(),
                                grant.createdAt(),
                                grant.idleExpiresAt(),
                                grant.expiresAt()),
                        grant.secretHash(),
                        grant.createdAt(),
                        0),
                statements);
    }

    static void insert(Family family, Statements statements) {
        Grant grant = family.grant();
        long idleExpiresAt = EpochMillis.of(grant.idleExpiresAt());
        long expiresAt = EpochMillis.of(grant.expiresAt());
        statements.update(
                """
                INSERT INTO grants (family_id, client_id, user_id, user_name, resource, scope, secret_hash,
                    sequence_number, created_at, last_used_at, idle_expires_at, expires_at, ends_at, rotated_at, repeats)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                grant.familyId(),
                grant.clientId(),
                grant.userId(),
                grant.userName(),
                grant.resource(),
                grant.scope(),
                family.secretHash(),
                grant.sequence(),
                EpochMillis.of(grant.createdAt()),
                EpochMillis.of(grant.lastUsedAt()),
                idleExpiresAt,
                expiresAt,
                Math.min(idleExpiresAt, expiresAt),
                EpochMillis.of(family.rotatedAt()),
                family.repeats());
    }

    static Grant grant(Row row) {
        return new Grant(
                row.text(1),
                row.text(2),
                row.text(3),
                row.text(4),
                row.text(5),
                row.text(6),
                row.number(7),
                row.instant(8),
                row.instant(9),
                row.instant(10),
                row.instant(11));
    }
}
