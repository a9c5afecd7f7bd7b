package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything that a backup holds, read page by page in the order of its keys. */
final class JdbcArchive implements Archive {
    private static final int PAGE = 500;

    private final Database database;
    private final Clock clock;
    private final JdbcClientStore clients;
    private final JdbcConsentStore consents;
    private final JdbcTokenStore tokens;
    private final JdbcKeyStore keys;

    JdbcArchive(
            Database database,
            Clock clock,
            JdbcClientStore clients,
            JdbcConsentStore consents,
            JdbcTokenStore tokens,
            JdbcKeyStore keys) {
        this.database = database;
        this.clock = clock;
        this.clients = clients;
        this.consents = consents;
        this.tokens = tokens;
        this.keys = keys;
    }

    @Override
    public void read(Consumer<Entry> reader) {
        pages(
                        "SELECT family_id, expires_at FROM revoked_family WHERE family_id > ? ORDER BY family_id LIMIT ?",
                        row -> new Entry.RevokedFamily(row.text(1), row.instant(2)),
                        Entry.RevokedFamily::familyId)
                .each(revoked -> {
                    if (revoked.expiresAt().isAfter(clock.instant())) {
                        reader.accept(revoked);
                    }
                });
        pages(
                        "SELECT user_id, up_to FROM user_revocation WHERE user_id > ? ORDER BY user_id LIMIT ?",
                        row -> new Entry.RevokedUser(row.text(1), row.instant(2)),
                        Entry.RevokedUser::userId)
                .each(reader);
        pages(
                        "SELECT client_id, up_to FROM client_revocation WHERE client_id > ? ORDER BY client_id LIMIT ?",
                        row -> new Entry.RevokedClient(row.text(1), row.instant(2)),
                        Entry.RevokedClient::clientId)
                .each(reader);
        sealedKeys().forEach(key -> reader.accept(new Entry.Key(key)));
        clients(reader);
        pages(
                        "SELECT DISTINCT user_id FROM consent WHERE user_id > ? ORDER BY user_id LIMIT ?",
                        row -> row.text(1),
                        Function.identity())
                .each(userId -> consents.of(userId).forEach(consent -> reader.accept(new Entry.Agreement(consent))));
        pages(
                        "SELECT " + GrantTable.COLUMNS + ", secret_hash, rotated_at, repeats FROM grants WHERE "
                                + GrantTable.LIVE + " AND family_id > ? ORDER BY family_id LIMIT ?",
                        JdbcArchive::family,
                        family -> family.grant().familyId(),
                        clock.millis())
                .each(reader);
    }

    private void clients(Consumer<Entry> reader) {
        @Nullable String after = null;
        do {
            var page = clients.list(after, Page.MAX_LIMIT);
            page.items().forEach(client -> reader.accept(new Entry.Client(client)));
            after = page.next();
        } while (after != null);
    }

    /** There are few. */
    private List<SealedKey> sealedKeys() {
        return database.list(
                "SELECT purpose, id, sealed, created_at FROM sealed_key ORDER BY purpose, created_at, id",
                row -> new SealedKey(row.text(1), row.text(2), row.text(3), row.instant(4)));
    }

    private static Entry.Family family(Row row) {
        return new Entry.Family(
                GrantTable.grant(row),
                row.text(GrantTable.WIDTH + 1),
                row.instant(GrantTable.WIDTH + 2),
                row.number(GrantTable.WIDTH + 3));
    }

    /** The rows of a query whose last parameters are the key to go on behind, and how many. */
    private <T> Rows<T> pages(String sql, Function<Row, T> read, Function<T, String> key, Object... first) {
        return reader -> {
            String after = "";
            List<T> page;
            do {
                page = database.list(sql, read, parameters(first, after));
                page.forEach(reader);
                if (!page.isEmpty()) {
                    after = key.apply(page.getLast());
                }
            } while (page.size() == PAGE);
        };
    }

    private static Object[] parameters(Object[] first, String after) {
        Object[] all = new Object[first.length + 2];
        System.arraycopy(first, 0, all, 0, first.length);
        all[first.length] = after;
        all[first.length + 1] = PAGE;
        return all;
    }

    private interface Rows<T> {
        void each(Consumer<? super T> reader);
    }

    @Override
    public boolean write(Entry entry) {
        long now = clock.millis();
        return switch (entry) {
            case Entry.Client(var client) -> EpochMillis.of(client.expiresAt()) > now && clients.createIfAbsent(client);
            case Entry.Family family -> database.inTransaction(statements -> write(family, now, statements));
            case Entry.Agreement(Consent consent) ->
                EpochMillis.of(consent.expiresAt()) > now && consents.recordIfAbsent(consent);
            case Entry.Key(var key) -> keys.add(key);
            case Entry.RevokedFamily revoked -> EpochMillis.of(revoked.expiresAt()) > now && writeRevocation(revoked);
            case Entry.RevokedUser(var userId, var upTo) ->
                isAhead("user_revocation", "user_id", userId, EpochMillis.of(upTo))
                        && tokens.revokeUser(userId, upTo) >= 0;
            case Entry.RevokedClient(var clientId, var upTo) ->
                isAhead("client_revocation", "client_id", clientId, EpochMillis.of(upTo))
                        && tokens.revokeClient(clientId, upTo) >= 0;
        };
    }

    private static boolean write(Entry.Family family, long now, Statements statements) {
        String familyId = family.grant().familyId();
        if (exists("SELECT 1 FROM grants WHERE family_id = ?", familyId, statements)
                || exists("SELECT 1 FROM revoked_family WHERE family_id = ?", familyId, statements)) {
            return false;
        }
        GrantTable.insert(family, statements);
        // Markers and moments decide as they do for every other grant.
        boolean live = statements
                .first(
                        "SELECT 1 FROM grants WHERE " + GrantTable.LIVE + " AND family_id = ?",
                        row -> row.number(1),
                        now,
                        familyId)
                .isPresent();
        if (!live) {
            statements.update("DELETE FROM grants WHERE family_id = ?", familyId);
        }
        return live;
    }

    private boolean writeRevocation(Entry.RevokedFamily revoked) {
        boolean ended = tokens.findGrant(revoked.familyId()).isPresent() && tokens.revokeFamily(revoked.familyId());
        boolean remembered = database.inTransaction(statements -> {
            if (exists("SELECT 1 FROM revoked_family WHERE family_id = ?", revoked.familyId(), statements)) {
                return false;
            }
            statements.update(
                    "INSERT INTO revoked_family (family_id, expires_at) VALUES (?, ?)",
                    revoked.familyId(),
                    EpochMillis.of(revoked.expiresAt()));
            return true;
        });
        return ended || remembered;
    }

    private boolean isAhead(String table, String column, String id, long moment) {
        Optional<Long> before =
                database.first("SELECT up_to FROM " + table + " WHERE " + column + " = ?", row -> row.number(1), id);
        return before.isEmpty() || before.get() < moment;
    }

    private static boolean exists(String sql, String id, Statements statements) {
        return statements.first(sql, row -> row.number(1), id).isPresent();
    }

    @Override
    public void clear() {
        clear("grants", "family_id");
        clear("code", "hash");
        clear("login", "state_hash");
        clear("device", "user_code_hash");
        clear("client", "id");
        clear("consent", "user_id");
        clear("sealed_key", "purpose");
        clear("key_purpose", "purpose");
    }

    private void clear(String table, String key) {
        String sql = "DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key + " FROM " + table + " LIMIT "
                + PAGE + ")";
        while (database.update(sql) > 0) {
            // There may be more of it.
        }
    }
}
