package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * Devices that wait for a person to decide: each was given a code for itself and one for the person to type. A device
 * that was allowed redeems its code as an authorization code, which whoever decides has {@linkplain CodeStore#issue
 * issued} before under the same hash: so it is used once, and becomes a grant in the same step.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628</a>
 */
public interface DeviceStore {
    /**
     * A device that waits.
     *
     * @param userCodeHash of the code that the person types
     * @param codeHash of the code that the device polls with
     * @param request what the device asks for, as JSON, opaque to the store
     */
    record PendingDevice(String userCodeHash, String codeHash, String clientId, String request, Instant expiresAt) {}

    /** What became of it. */
    enum Status {
        PENDING,
        ALLOWED,
        DENIED
    }

    /**
     * Remembers a device until just before it expires.
     *
     * @return false if a live device has this user code already; nothing has changed then
     */
    boolean begin(PendingDevice device);

    /** The device that waits for a decision about this user code; empty if there is none, or it was decided before. */
    Optional<PendingDevice> find(String userCodeHash);

    /**
     * Decides about a device that waits. Of any number of concurrent calls exactly one returns true.
     *
     * @return false if no device waits for a decision about this user code
     */
    boolean decide(String userCodeHash, boolean allowed);

    /** What became of the device; empty if there is none, it has expired, or the code is not that device's. */
    Optional<Status> status(String userCodeHash, String codeHash);
}
