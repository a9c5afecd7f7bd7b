package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Users as their identity providers described them last, and which user a name of a provider belongs to. */
public interface AccountStore {
    /**
     * What is known of a user.
     *
     * @param sealed ciphertext, base64url; never the same twice
     * @param dueAt when the identity provider is to be asked again
     * @param expiresAt when it is forgotten if nobody does
     */
    record Account(String userId, String sealed, Instant dueAt, Instant expiresAt) {}

    /** Remembers it instead of whatever was known of the user. */
    void save(Account account);

    Optional<Account> find(String userId);

    /**
     * One compare-and-set: of several processes that want to go on from the same state one wins.
     *
     * @return false if what is known is not {@code expected}, by {@code sealed} and {@code dueAt}; nothing has changed
     *     then
     */
    boolean replace(Account expected, Account next);

    /**
     * Forgets what is known of the user.
     *
     * @return false if that was nothing
     */
    boolean delete(String userId);

    /** Accounts whose {@code dueAt} has come, by the store's clock; at most so many, in no order. */
    List<Account> due(int limit);

    /**
     * Gives the name to the user if nobody has it, in one step: of several at once one wins. It is theirs for ever.
     *
     * @param name of a provider, such as {@code github:alice}
     * @return the user who has it now
     */
    String pin(String name, String userId);
}
