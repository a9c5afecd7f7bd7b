package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What is known of users in table {@code account}, and whose a name is in table {@code pin}. */
final class JdbcAccountStore implements AccountStore {
    /** As {@link #account} reads them. */
    static final String COLUMNS = "user_id, sealed, due_at, expires_at";

    private final Database database;
    private final Clock clock;

    JdbcAccountStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    static Account account(Row row) {
        return new Account(row.text(1), row.text(2), row.instant(3), row.instant(4));
    }

    @Override
    public void save(Account account) {
        database.inTransaction(statements -> {
            statements.update("DELETE FROM account WHERE user_id = ?", account.userId());
            insert(account, statements);
            return true;
        });
    }

    @Override
    public Optional<Account> find(String userId) {
        return database.first(
                "SELECT " + COLUMNS + " FROM account WHERE user_id = ? AND expires_at > ?",
                JdbcAccountStore::account,
                userId,
                clock.millis());
    }

    @Override
    public boolean replace(Account expected, Account next) {
        // Whoever changes the row has won.
        return database.update(
                        """
                        UPDATE account SET sealed = ?, due_at = ?, expires_at = ?
                        WHERE user_id = ? AND sealed = ? AND due_at = ? AND expires_at > ?""",
                        next.sealed(),
                        EpochMillis.of(next.dueAt()),
                        EpochMillis.of(next.expiresAt()),
                        expected.userId(),
                        expected.sealed(),
                        EpochMillis.of(expected.dueAt()),
                        clock.millis())
                > 0;
    }

    @Override
    public boolean delete(String userId) {
        return database.update("DELETE FROM account WHERE user_id = ? AND expires_at > ?", userId, clock.millis()) > 0;
    }

    @Override
    public List<Account> due(int limit) {
        return database.list(
                "SELECT " + COLUMNS + " FROM account WHERE due_at <= ? AND expires_at > ? ORDER BY due_at LIMIT ?",
                JdbcAccountStore::account,
                clock.millis(),
                clock.millis(),
                limit);
    }

    @Override
    public String pin(String name, String userId) {
        return database.inTransaction(statements -> {
            Optional<String> owner = owner(name, statements);
            if (owner.isEmpty()) {
                statements.update("INSERT INTO pin (name, user_id) VALUES (?, ?)", name, userId);
            }
            return owner.orElse(userId);
        });
    }

    /** Remembers it unless something is known of the user. */
    boolean add(Account account) {
        return database.inTransaction(statements -> {
            statements.update(
                    "DELETE FROM account WHERE user_id = ? AND expires_at <= ?", account.userId(), clock.millis());
            if (statements
                    .first("SELECT 1 FROM account WHERE user_id = ?", row -> row.number(1), account.userId())
                    .isPresent()) {
                return false;
            }
            insert(account, statements);
            return true;
        });
    }

    /** Gives the name to the user unless somebody has it. */
    boolean addPin(String name, String userId) {
        return database.inTransaction(statements -> {
            boolean free = owner(name, statements).isEmpty();
            if (free) {
                statements.update("INSERT INTO pin (name, user_id) VALUES (?, ?)", name, userId);
            }
            return free;
        });
    }

    private static Optional<String> owner(String name, Statements statements) {
        return statements.first("SELECT user_id FROM pin WHERE name = ?", row -> row.text(1), name);
    }

    private static void insert(Account account, Statements statements) {
        statements.update(
                "INSERT INTO account (" + COLUMNS + ") VALUES (?, ?, ?, ?)",
                account.userId(),
                account.sealed(),
                EpochMillis.of(account.dueAt()),
                EpochMillis.of(account.expiresAt()));
    }
}
