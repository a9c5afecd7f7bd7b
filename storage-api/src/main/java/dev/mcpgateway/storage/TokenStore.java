package dev.mcpgateway.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Grants and the rotation of their refresh tokens. */
public interface TokenStore {
    /**
     * A refresh token presented for rotation; its authenticity was checked by the caller.
     *
     * @param sequence the number the token carries
     * @param secretHash of the family secret the token carries
     * @param idleLifetime how long the family lives on without a further use
     * @param grace how long after the first rotation the previous token still yields the same successor; zero for never
     * @param maxRepeats how often it may do so
     */
    record Presented(
            String familyId,
            long sequence,
            String secretHash,
            String clientId,
            Instant now,
            Duration idleLifetime,
            Duration grace,
            int maxRepeats) {}

    /** The outcome of presenting a refresh token. */
    sealed interface Rotation {
        /** The current token was used: this caller alone advanced the family to {@code grant.sequence()}. */
        record Advanced(Grant grant) implements Rotation {}

        /**
         * The previous token was used again inside the grace window: the successor is still {@code grant.sequence()}.
         */
        record Repeated(Grant grant) implements Rotation {}

        /**
         * The token is ahead of the row, so the store went back in time: the row moved on to {@code grant.sequence()}.
         */
        record Recovered(Grant grant) implements Rotation {}

        /** A token used up earlier: the family has been revoked in this step. */
        record Reused(String familyId) implements Rotation {}

        /** Another client's token. Nothing has changed. */
        record Foreign() implements Rotation {}

        /**
         * No live family of that id and secret, or a sequence that was never given out: below 0, or without successor.
         */
        record Unknown() implements Rotation {}
    }

    /**
     * Remembers a grant that comes from no code, such as one of a client for itself.
     *
     * @throws StoreException also if there is, or was, a family of this id
     */
    void create(NewGrant grant);

    /**
     * The grant, if it is live: created, not expired, and revoked neither itself nor with its user or client.
     *
     * @throws StoreException if the store cannot be asked, which is no statement about the grant
     */
    Optional<Grant> findGrant(String familyId);

    /**
     * One compare-and-set on the family. With n the current sequence: n advances the row to n+1; n-1 inside the grace
     * window, which begins with the first rotation and is never extended, repeats; n-1 outside of it and anything older
     * revokes the family; more than n moves the row past it. Of any number of concurrent calls with n, one advances.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, section 4.14.2</a>
     */
    Rotation rotate(Presented token);

    /**
     * Ends a family and with it its access tokens. Repeating it is harmless.
     *
     * @return false if there was no such live family
     */
    boolean revokeFamily(String familyId);

    /**
     * Ends every grant and every {@linkplain ConsentStore consent} of the user that was made up to and including this
     * moment, by one marker that everybody who looks for them compares with; rows are cleaned up afterwards. The marker
     * stays for {@link Grant#LONGEST_LIFETIME} after the moment, so that no backup brings back what it ended.
     *
     * @return how many live grants ended
     */
    int revokeUser(String userId, Instant upTo);

    /** As {@link #revokeUser}, for a client. */
    int revokeClient(String clientId, Instant upTo);

    /** Live grants in the order of their family ids. */
    Page<Grant> list(@Nullable String after, int limit);

    /** Live grants of one user in the order of their family ids. */
    Page<Grant> listByUser(String userId, @Nullable String after, int limit);

    /** Live grants of one client in the order of their family ids. */
    Page<Grant> listByClient(String clientId, @Nullable String after, int limit);
}
