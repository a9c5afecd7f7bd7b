package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AccountStore.Account;
import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
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
    private final JdbcAccountStore accounts;
    private final JdbcKeyStore keys;

    JdbcArchive(
            Database database,
            Clock clock,
            JdbcClientStore clients,
            JdbcConsentStore consents,
            JdbcTokenStore tokens,
            JdbcAccountStore accounts,
            JdbcKeyStore keys) {
        this.database = database;
        this.clock = clock;
        this.clients = clients;
        this.consents = consents;
        this.tokens = tokens;
        this.accounts = accounts;
        this.keys = keys;
    }

    @Override
    public void read(Consumer<Entry> reader) {
        moments("revoked_family", "family_id", "expires_at", Entry.RevokedFamily::new, reader);
        moments("user_revocation", "user_id", "up_to", Entry.RevokedUser::new, reader);
        moments("client_revocation", "client_id", "up_to", Entry.RevokedClient::new, reader);
        moments("forgotten_consents", "user_id", "up_to", Entry.ForgottenConsents::new, reader);
        sealedKeys().forEach(key -> reader.accept(new Entry.Key(key)));
        pages(
                        "SELECT name, user_id FROM pin WHERE name > ? ORDER BY name LIMIT ?",
                        row -> new Entry.Pin(row.text(1), row.text(2)),
                        Entry.Pin::name)
                .each(reader);
        pages(
                        "SELECT " + JdbcAccountStore.COLUMNS
                                + " FROM account WHERE expires_at > ? AND user_id > ? ORDER BY user_id LIMIT ?",
                        JdbcAccountStore::account,
                        Account::userId,
                        clock.millis())
                .each(account -> reader.accept(new Entry.Known(account)));
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

    /** A table of revocations, each of which is a moment. */
    private void moments(
            String table, String key, String moment, BiFunction<String, Instant, Entry> entry, Consumer<Entry> reader) {
        pages(
                        "SELECT " + key + ", " + moment + " FROM " + table + " WHERE " + key + " > ? ORDER BY " + key
                                + " LIMIT ?",
                        row -> Map.entry(row.text(1), row.instant(2)),
                        Map.Entry::getKey)
                .each(row -> {
                    Entry revocation = entry.apply(row.getKey(), row.getValue());
                    if (isAhead(revocation)) {
                        reader.accept(revocation);
                    }
                });
    }

    private boolean isAhead(Entry entry) {
        return EpochMillis.of(entry.expiresAt()) > clock.millis();
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
    public Outcome write(Entry entry) {
        if (!isAhead(entry)) {
            return Outcome.ENDED;
        }
        return switch (entry) {
            case Entry.Client(var client) -> addedIf(clients.createIfAbsent(client));
            case Entry.Family family -> database.inTransaction(statements -> write(family, statements));
            case Entry.Agreement(Consent consent) -> consents.recordIfAbsent(consent);
            case Entry.Key(var key) -> addedIf(keys.add(key));
            case Entry.Known(var account) -> addedIf(accounts.add(account));
            case Entry.Pin(var name, var userId) -> addedIf(accounts.addPin(name, userId));
            case Entry.RevokedFamily revoked -> addedIf(writeRevocation(revoked));
            case Entry.RevokedUser(var userId, var upTo) ->
                addedIf(moves("user_revocation", "user_id", userId, EpochMillis.of(upTo))
                        && tokens.revokeUser(userId, upTo) >= 0);
            case Entry.RevokedClient(var clientId, var upTo) ->
                addedIf(moves("client_revocation", "client_id", clientId, EpochMillis.of(upTo))
                        && tokens.revokeClient(clientId, upTo) >= 0);
            case Entry.ForgottenConsents(var userId, var upTo) ->
                addedIf(consents.forgetUser(userId, EpochMillis.of(upTo)));
        };
    }

    private static Outcome addedIf(boolean added) {
        return added ? Outcome.ADDED : Outcome.PRESENT;
    }

    private Outcome write(Entry.Family family, Statements statements) {
        long now = clock.millis();
        String familyId = family.grant().familyId();
        statements.update("DELETE FROM grants WHERE family_id = ? AND ends_at <= ?", familyId, now);
        boolean there = exists("SELECT 1 FROM grants WHERE family_id = ?", familyId, statements);
        if (!there) {
            if (exists("SELECT 1 FROM revoked_family WHERE family_id = ?", familyId, statements)) {
                return Outcome.ENDED;
            }
            GrantTable.insert(family, statements);
        }
        // Markers decide as they do for every other grant.
        boolean live = statements
                .first(
                        "SELECT 1 FROM grants WHERE " + GrantTable.LIVE + " AND family_id = ?",
                        row -> row.number(1),
                        now,
                        familyId)
                .isPresent();
        if (!live) {
            statements.update("DELETE FROM grants WHERE family_id = ?", familyId);
            return Outcome.ENDED;
        }
        return addedIf(!there);
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

    private boolean moves(String table, String column, String id, long moment) {
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
        clear("browser_session", "hash");
        clear("device", "user_code_hash");
        clear("client", "id");
        clear("consent", "user_id");
        clear("account", "user_id");
        clear("pin", "name");
        clear("sealed_key", "purpose");
        clear("key_purpose", "purpose");
    }

    /** From the lowest key on, so that no transaction grows large. */
    private void clear(String table, String key) {
        String endOfPage = "SELECT " + key + " FROM " + table + " ORDER BY " + key + " LIMIT 1 OFFSET ?";
        Optional<String> last;
        do {
            last = database.first(endOfPage, row -> row.text(1), PAGE - 1);
            if (last.isPresent()) {
                database.update("DELETE FROM " + table + " WHERE " + key + " <= ?", last.get());
            }
        } while (last.isPresent());
        database.update("DELETE FROM " + table);
    }
}
