package dev.mcpgateway.storage.contract;

import dev.mcpgateway.storage.Store;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** Every contract, for one kind of store. */
public abstract class AllContracts {
    /** As {@link StoreContract#open}. */
    protected abstract Store connect(Clock clock) throws Exception;

    /** As {@link ArchiveContract#age}. */
    protected abstract void age(Store store, Duration time) throws Exception;

    @Nested
    class Clients extends ClientStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Logins extends LoginStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Sessions extends SessionStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Codes extends CodeStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Devices extends DeviceStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Consents extends ConsentStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Tokens extends TokenStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Accounts extends AccountStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Keys extends KeyStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Audit extends AuditStoreContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Archives extends ArchiveContract {
        @Override
        protected void age(Store aged, Duration time) throws Exception {
            AllContracts.this.age(aged, time);
        }

        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }

    @Nested
    class Revocations extends RevocationContract {
        @Override
        protected Store open(Clock clock) throws Exception {
            return connect(clock);
        }
    }
}
