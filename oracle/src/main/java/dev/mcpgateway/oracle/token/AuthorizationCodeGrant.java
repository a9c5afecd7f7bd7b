package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import java.util.Optional;

/**
 * Redeems an authorization code: everything it is bound to is checked before it is used up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749, section 4.1.3</a>
 */
public final class AuthorizationCodeGrant {
    private final CodeStore codes;
    private final Admission admission;
    private final CodeRedemption redemption;

    public AuthorizationCodeGrant(CodeStore codes, Admission admission, CodeRedemption redemption) {
        this.codes = codes;
        this.admission = admission;
        this.redemption = redemption;
    }

    TokenResponse redeem(Client client, TokenRequest.CodeExchange exchange) {
        IssuedCode code = codes.find(SecureTokens.hash(exchange.code().reveal()))
                .orElseThrow(AuthorizationCodeGrant::unknownCode);
        checkBindings(client, exchange, code);
        return redemption.redeem(client, code, unknownCode());
    }

    private void checkBindings(Client client, TokenRequest.CodeExchange exchange, IssuedCode code) {
        if (!code.clientId().equals(client.id())) {
            throw unknownCode();
        }
        if (exchange.redirectUri() != null && !exchange.redirectUri().equals(code.redirectUri())) {
            throw new OAuthException(
                    OAuthError.INVALID_GRANT, "redirect_uri differs from the one in the authorization request");
        }
        if (!Pkce.isVerifier(exchange.codeVerifier())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "code_verifier must be 43 to 128 letters, digits, '-', '.', '_' or '~'");
        }
        if (!Pkce.proves(exchange.codeVerifier(), code.codeChallenge())) {
            throw new OAuthException(
                    OAuthError.INVALID_GRANT, "code_verifier does not match the code_challenge (S256)");
        }
        if (!admission.isSame(code.resource(), Optional.ofNullable(exchange.resource()))) {
            throw new OAuthException(
                    OAuthError.INVALID_TARGET, "resource differs from the one in the authorization request");
        }
    }

    private static OAuthException unknownCode() {
        return new OAuthException(
                OAuthError.INVALID_GRANT, "the code is unknown, has expired, or belongs to another client");
    }
}
