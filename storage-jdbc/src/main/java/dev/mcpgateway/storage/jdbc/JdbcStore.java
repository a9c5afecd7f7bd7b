package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.DeviceStore;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.SessionStore;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;
import java.util.Map;

/** The store on one database. Only wires. */
final class JdbcStore implements Store {
    private final Database database;
    private final Revocations revocations;
    private final JdbcClientStore clients;
    private final JdbcLoginStore logins;
    private final JdbcSessionStore sessions;
    private final JdbcCodeStore codes;
    private final JdbcDeviceStore devices;
    private final JdbcConsentStore consents;
    private final JdbcTokenStore tokens;
    private final JdbcAccountStore accounts;
    private final JdbcKeyStore keys;
    private final JdbcAuditStore audit;
    private final JdbcArchive archive;
    private final Sweeper sweeper;

    private JdbcStore(Database database, Clock clock) {
        this.database = database;
        revocations = database.url().revocations();
        clients = new JdbcClientStore(database, clock);
        logins = new JdbcLoginStore(database, clock);
        sessions = new JdbcSessionStore(database, clock);
        codes = new JdbcCodeStore(database, clock);
        devices = new JdbcDeviceStore(database, clock);
        consents = new JdbcConsentStore(database, clock);
        tokens = new JdbcTokenStore(database, clock, revocations);
        accounts = new JdbcAccountStore(database, clock);
        keys = new JdbcKeyStore(database);
        audit = new JdbcAuditStore(database);
        archive = new JdbcArchive(database, clock, clients, consents, tokens, accounts, keys);
        sweeper = new Sweeper(database, clock, audit);
    }

    /** @throws StoreException if the database cannot be opened or must not be used by this program */
    static JdbcStore open(DatabaseUrl url, Clock clock) {
        Database database = Database.open(url);
        try {
            Schema.migrate(database, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        var store = new JdbcStore(database, clock);
        store.sweeper.start();
        return store;
    }

    @Override
    public ClientStore clients() {
        return clients;
    }

    @Override
    public LoginStore logins() {
        return logins;
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public CodeStore codes() {
        return codes;
    }

    @Override
    public DeviceStore devices() {
        return devices;
    }

    @Override
    public ConsentStore consents() {
        return consents;
    }

    @Override
    public TokenStore tokens() {
        return tokens;
    }

    @Override
    public AccountStore accounts() {
        return accounts;
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public AuditStore audit() {
        return audit;
    }

    @Override
    public Archive archive() {
        return archive;
    }

    @Override
    public void check() {
        database.check();
    }

    @Override
    public Map<String, String> durability() {
        return database.url().durability(database);
    }

    /**
     * {@inheritDoc}
     *
     * <p>An H2 file is open in one process only, so revocations are delivered within this JVM: those of every store
     * that is open on the database, on the thread that revokes, after the revocation is durable. PostgreSQL delivers
     * them to every process, on a thread of the store; a listener learns when the connection for it breaks.
     */
    @Override
    public Subscription watchRevocations(RevocationListener listener) {
        return revocations.watch(listener);
    }

    Sweeper sweeper() {
        return sweeper;
    }

    @Override
    public void close() {
        sweeper.close();
        revocations.close();
        database.close();
    }
}
