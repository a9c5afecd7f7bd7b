package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.settings.Secret;
import org.jspecify.annotations.Nullable;

/** What a client asks the token endpoint for. */
sealed interface TokenRequest {
    /**
     * A code for the first tokens of a grant.
     *
     * @param redirectUri null if not sent
     * @param resource null if not sent
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7636#section-4.5">RFC 7636, section 4.5</a>
     */
    record CodeExchange(
            Secret code,
            @Nullable String redirectUri,
            Secret codeVerifier,
            @Nullable String resource) implements TokenRequest {}

    /**
     * A refresh token for its successor.
     *
     * @param scope null if not sent, which means the whole scope of the grant
     * @param resource null if not sent
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749, section 6</a>
     */
    record Refresh(
            Secret refreshToken,
            @Nullable String scope,
            @Nullable String resource) implements TokenRequest {}

    /**
     * The code of a device for the first tokens of a grant.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.4">RFC 8628, section 3.4</a>
     */
    record DeviceExchange(Secret deviceCode) implements TokenRequest {}

    /**
     * An access token for the client itself.
     *
     * @param scope null if not sent, which means what the service needs
     * @param resource null if not sent, which means the only service there is
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2">RFC 6749, section 4.4.2</a>
     */
    record ClientCredentials(
            @Nullable String scope, @Nullable String resource) implements TokenRequest {}

    static TokenRequest parse(Parameters parameters) {
        String grantType = parameters.required("grant_type");
        return switch (grantType) {
            case "authorization_code" ->
                new CodeExchange(
                        Secret.of(parameters.required("code")),
                        parameters.optional("redirect_uri").orElse(null),
                        Secret.of(parameters.required("code_verifier")),
                        parameters.optional("resource").orElse(null));
            case "refresh_token" ->
                new Refresh(
                        Secret.of(parameters.required("refresh_token")),
                        parameters.optional("scope").orElse(null),
                        parameters.optional("resource").orElse(null));
            case ClientMetadata.DEVICE_CODE -> new DeviceExchange(Secret.of(parameters.required("device_code")));
            case ClientMetadata.CLIENT_CREDENTIALS ->
                new ClientCredentials(
                        parameters.optional("scope").orElse(null),
                        parameters.optional("resource").orElse(null));
            default ->
                throw new OAuthException(
                        OAuthError.UNSUPPORTED_GRANT_TYPE,
                        "accepted values of grant_type are authorization_code, refresh_token, client_credentials and "
                                + ClientMetadata.DEVICE_CODE);
        };
    }
}
