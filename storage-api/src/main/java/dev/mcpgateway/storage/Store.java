package dev.mcpgateway.storage;

import java.util.Map;

/** Everything the authorization server remembers. Thread-safe; closing it ends its connections. */
public interface Store extends AutoCloseable {
    ClientStore clients();

    LoginStore logins();

    SessionStore sessions();

    CodeStore codes();

    DeviceStore devices();

    ConsentStore consents();

    TokenStore tokens();

    AccountStore accounts();

    KeyStore keys();

    AuditStore audit();

    Archive archive();

    /**
     * Asks the store a question that costs next to nothing.
     *
     * @throws StoreException if it does not answer
     */
    void check();

    /**
     * What decides whether it keeps what was acknowledged, by the names that the store itself has for it; such as
     * {@code appendonly=yes}. What it does not tell is missing.
     *
     * @throws StoreException if it does not answer
     */
    Map<String, String> durability();

    /**
     * Delivers every revocation from now on, also those made by other processes on the same store. Closing the store
     * ends it, and the listener hears that revocations are {@linkplain RevocationListener#lost() lost}.
     */
    Subscription watchRevocations(RevocationListener listener);

    @Override
    void close();

    /** An ongoing delivery of revocations; closing it ends it. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
