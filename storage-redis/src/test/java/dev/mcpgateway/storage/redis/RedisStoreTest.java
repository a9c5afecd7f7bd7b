package dev.mcpgateway.storage.redis;

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
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of every store, on a Redis server. */
class RedisStoreTest {
    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() throws IOException {
        server.command("FLUSHALL");
    }

    private static Store openStore(Clock clock) {
        return StoreProvider.openAny(server.url(), clock);
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
