package dev.mcpgateway.oracle.identity;

import java.net.URI;

/**
 * One trip to an identity provider.
 *
 * @param state unguessable; the provider brings it back to the callback unchanged as {@code state}
 * @param callback where the provider sends the browser when it is done
 */
public record SignInRequest(String state, URI callback) {}
