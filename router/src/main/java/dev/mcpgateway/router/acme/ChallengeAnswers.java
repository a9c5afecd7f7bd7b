package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.renewal.OrderException;

/** One of the ways in which a host is proven. */
interface ChallengeAnswers {
    /**
     * Shows the answer to the authority, until it is closed.
     *
     * @param domain without {@code *.}
     * @param token of the challenge; base64url
     * @param keyAuthorization the token and the thumbprint of the account's key (RFC 8555, section 8.1)
     * @throws OrderException if it cannot be shown; nothing is left behind then
     */
    Shown show(String domain, String token, String keyAuthorization) throws OrderException;

    /** An answer that is shown. */
    interface Shown extends AutoCloseable {
        /** Takes it away. What stays behind is harmless and logged. */
        @Override
        void close();
    }
}
