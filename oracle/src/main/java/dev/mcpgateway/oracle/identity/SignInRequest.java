package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.protocol.KeyDerivation;
import dev.mcpgateway.settings.Secret;
import java.net.URI;

/**
 * One trip to an identity provider.
 *
 * @param state unguessable; the provider brings it back to the callback unchanged as {@code state}. It ends with what
 *     tells the secret of the oracle that began from the one that may have taken over meanwhile
 * @param callback where the provider sends the browser when it is done
 */
public record SignInRequest(String state, URI callback) {
    private static final String SEPARATOR = ".";

    /** @param random unguessable, without a dot */
    public static SignInRequest begin(String random, Secret current, URI callback) {
        return new SignInRequest(random + SEPARATOR + KeyDerivation.id(current), callback);
    }

    /** The id of the secret that was the current one when this began, see {@link KeyDerivation#id}. */
    String secretId() {
        return state.substring(state.lastIndexOf(SEPARATOR) + 1);
    }
}
