package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.Verification;
import dev.mcpgateway.settings.Secret;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the grant that a token belongs to. */
public final class TokenGrants {
    private static final Pattern GRANT_OR_TOKEN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64})?");

    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    public TokenGrants(AccessTokens accessTokens, RefreshTokens refreshTokens) {
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    /** Whether the text claims to be a refresh token, genuine or not. */
    public static boolean isRefreshToken(String text) {
        return RefreshTokens.looksLike(text);
    }

    /**
     * The id of the grant of a genuine refresh or access token that has not expired; what kind it is, it says itself.
     */
    Optional<String> ofToken(String token) {
        if (RefreshTokens.looksLike(token)) {
            return refreshTokens.parse(Secret.of(token)).map(RefreshToken::familyId);
        }
        return switch (accessTokens.verify(token)) {
            case Verification.Genuine(var accessToken) -> Optional.of(accessToken.grantId());
            case Verification.Invalid _ -> Optional.empty();
        };
    }

    /** As {@link #ofToken}, for operators, who may also have a token's id ({@code jti}) or the grant's own id. */
    public Optional<String> ofTokenOrId(String text) {
        if (!GRANT_OR_TOKEN_ID.matcher(text).matches()) {
            return ofToken(text);
        }
        return Optional.of(text.indexOf('.') < 0 ? text : AccessTokens.grantId(text));
    }
}
