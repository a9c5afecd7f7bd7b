package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registered clients. */
public interface ClientStore {
    /**
     * Remembers a new client.
     *
     * @throws StoreException also if the id is taken
     */
    void create(RegisteredClient client);

    Optional<RegisteredClient> find(String id);

    /**
     * Replaces hashes and metadata of a client that exists; its creation and expiry stay as they are.
     *
     * @return false if there is no such client
     */
    boolean update(RegisteredClient client);

    /** Lets the client live at least until then; never shortens its life. Unknown clients are passed over. */
    void extend(String id, Instant expiresAt);

    /**
     * Forgets the client. Its grants are not touched; see {@link TokenStore#revokeClient}.
     *
     * @return false if there was no such client
     */
    boolean delete(String id);

    /** Live clients in the order of their ids. */
    Page<RegisteredClient> list(@Nullable String after, int limit);
}
