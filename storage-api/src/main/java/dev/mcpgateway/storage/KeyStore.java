package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.List;

/** Signing and MAC keys, sealed by their owner before they come here. */
public interface KeyStore {
    /**
     * A key.
     *
     * @param purpose what it is for, such as {@code signing} or {@code refresh}
     * @param id unique within its purpose
     * @param sealed ciphertext, base64url
     */
    record SealedKey(String purpose, String id, String sealed, Instant createdAt) {}

    /** Every key of the purpose, oldest first. */
    List<SealedKey> list(String purpose);

    /**
     * Remembers the key if its purpose never had one, in one step: of several processes starting at once one wins.
     *
     * @return false if there is, or ever was, a key of this purpose
     */
    boolean createFirst(SealedKey key);

    /**
     * Adds a key behind the newest one of its purpose, in one step: of several processes that want to add the next key
     * one wins.
     *
     * @param newestId the key that the caller takes for the newest, by creation and then by id
     * @return false if another key is the newest, or there is none; nothing has changed then
     */
    boolean createNext(SealedKey key, String newestId);

    /**
     * Puts another ciphertext in the place of a key's, in one step. Nothing else of the key changes.
     *
     * @param known as it was read
     * @return false if there is no such key, or it has another ciphertext by now; nothing has changed then
     */
    boolean replace(SealedKey known, String sealed);

    /**
     * Forgets a key. Its purpose still counts as having had one.
     *
     * @return false if there was no such key
     */
    boolean delete(String purpose, String id);
}
