package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.RedirectUri;
import org.jspecify.annotations.Nullable;

/** Who waits for the answer to an authorization request. */
sealed interface Recipient {
    /**
     * The client, at its redirect URI.
     *
     * @param state as the client sent it; null if it sent none
     * @param codeChallenge of method S256
     */
    record Redirect(RedirectUri uri, @Nullable String state, String codeChallenge) implements Recipient {}

    /**
     * A device that polls for it.
     *
     * @param codeHash of the code that it polls with
     */
    record Device(String userCodeHash, String codeHash) implements Recipient {}

    /** Where the answer goes, for people and for consents: {@code claude.ai}, {@code localhost}, {@code a device}. */
    default String destination() {
        return switch (this) {
            case Redirect redirect -> redirect.uri().destination();
            case Device _ -> "the device that showed you the code";
        };
    }
}
