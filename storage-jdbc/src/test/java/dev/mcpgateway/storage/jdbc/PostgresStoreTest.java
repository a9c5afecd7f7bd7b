package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.ArchiveContract;
import dev.mcpgateway.storage.contract.AuditStoreContract;
import dev.mcpgateway.storage.contract.ClientStoreContract;
import dev.mcpgateway.storage.contract.CodeStoreContract;
import dev.mcpgateway.storage.contract.ConsentStoreContract;
import dev.mcpgateway.storage.contract.KeyStoreContract;
import dev.mcpgateway.storage.contract.LoginStoreContract;
import dev.mcpgateway.storage.contract.RevocationContract;
import dev.mcpgateway.storage.contract.TokenStoreContract;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The contracts of every store, on a real PostgreSQL server, each test in a schema of its own. */
class PostgresStoreTest {
    private String url;

    @BeforeEach
    void createSchema() throws Exception {
        url = PostgresServer.shared().newSchema();
    }

    private Store openStore(Clock clock) {
        return StoreProvider.openAny(url, clock);
    }

    @Nested
    class Clients extends ClientStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Logins extends LoginStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Codes extends CodeStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Consents extends ConsentStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Tokens extends TokenStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Keys extends KeyStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Audit extends AuditStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Revocations extends RevocationContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Archives extends ArchiveContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }
}
