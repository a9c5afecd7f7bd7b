package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;

/** Authorization codes: single use, in one atomic step with the grant that they turn into. */
public interface CodeStore {
    /**
     * What the user approved. Usable until just before {@code expiresAt}.
     *
     * @param hash of the code
     * @param codeChallenge the S256 challenge, base64url
     * @param familyId the grant that the code will create
     * @param userId stable identity, such as {@code 4711} or {@code local:alice}
     * @param userName for display
     * @param scope space-separated
     */
    record IssuedCode(
            String hash,
            String clientId,
            String redirectUri,
            String codeChallenge,
            String familyId,
            String userId,
            String userName,
            String resource,
            String scope,
            Instant expiresAt) {}

    /** The outcome of presenting a known code. */
    sealed interface Consumption {
        /** First use. This caller alone may issue tokens for it. */
        record Fresh(IssuedCode code) implements Consumption {}

        /** A later use. The tokens of this family are to be revoked. */
        record Replayed(String familyId) implements Consumption {}
    }

    void issue(IssuedCode code);

    /** Looks at a code, used or not, so that its bindings can be checked before it is used up. */
    Optional<IssuedCode> find(String hash);

    /**
     * Uses up the code with this hash and creates its grant, in one step. Of any number of concurrent calls, exactly
     * one sees {@link Consumption.Fresh}. A used code is remembered for a day after its expiry, so that a replay is
     * seen.
     *
     * @return empty if no such code was issued, or it expired unused
     * @throws IllegalArgumentException if the grant is not of the code's family; nothing has changed then
     * @throws StoreException if the store cannot be reached; nothing has changed then
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.5">RFC 9700, section 4.5</a>
     */
    Optional<Consumption> consume(String hash, NewGrant grant);
}
