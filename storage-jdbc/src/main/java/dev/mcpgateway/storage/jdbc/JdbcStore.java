package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;

/** The store on one database. Revocations are delivered within this process, which has the database for itself. */
final class JdbcStore implements Store {
    private final Database database;
    private final Sweeper sweeper;
    private final Revocations revocations = new Revocations();
    private final ClientStore clients;
    private final LoginStore logins;
    private final CodeStore codes;
    private final ConsentStore consents;
    private final TokenStore tokens;
    private final KeyStore keys;
    private final AuditStore audit;

    JdbcStore(Database database, Clock clock) {
        this.database = database;
        this.clients = new JdbcClientStore(database, clock);
        this.logins = new JdbcLoginStore(database, clock);
        this.codes = new JdbcCodeStore(database, clock);
        this.consents = new JdbcConsentStore(database, clock);
        this.tokens = new JdbcTokenStore(database, clock, revocations);
        this.keys = new JdbcKeyStore(database);
        this.audit = new JdbcAuditStore(database);
        this.sweeper = Sweeper.start(database, clock);
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
    public CodeStore codes() {
        return codes;
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
    public KeyStore keys() {
        return keys;
    }

    @Override
    public AuditStore audit() {
        return audit;
    }

    @Override
    public void check() {
        database.run(sql -> sql.find("SELECT 1", row -> row));
    }

    @Override
    public Subscription watchRevocations(RevocationListener listener) {
        return revocations.add(listener);
    }

    @Override
    public void close() {
        sweeper.close();
        database.close();
    }
}
