package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sign-in with an OpenID provider, found by discovery: authorization code with PKCE and a nonce. It keeps the refresh
 * token, or else the access token, for asking again.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth">OpenID Connect Core 1.0, section
 *     3.1</a>
 */
public final class OidcIdentityProvider implements IdentityProvider {
    private static final String REFRESH = "refresh:";
    private static final String ACCESS = "access:";

    private final OidcSettings settings;
    private final OidcApi api;
    private final IdTokens idTokens;
    private final SignInSecrets verifiers;
    private final SignInSecrets nonces;

    /** @param secrets the same for every oracle, since a sign-in may come back to another one */
    public OidcIdentityProvider(OidcSettings settings, GatewaySecrets secrets, Clock clock) {
        this.settings = settings;
        this.api = new OidcApi(settings, clock);
        this.idTokens = new IdTokens(settings, api, clock);
        this.verifiers = new SignInSecrets(secrets, "oidc code verifier " + settings.name());
        this.nonces = new SignInSecrets(secrets, "oidc nonce " + settings.name());
    }

    @Override
    public String id() {
        return settings.name();
    }

    @Override
    public String displayName() {
        return settings.displayName();
    }

    @Override
    public String callbackPath() {
        return CALLBACK_PATH + "/" + settings.name();
    }

    @Override
    public void start(SignInEnvironment environment) {}

    @Override
    public URI authorizationUri(SignInRequest request) throws SignInException {
        Map<String, String> query = new LinkedHashMap<>(settings.parameters());
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", request.callback().toString());
        query.put("scope", String.join(" ", settings.scopes()));
        query.put("state", request.state());
        query.put("nonce", nonces.of(request));
        query.put("code_challenge", SecureTokens.hash(verifiers.of(request)));
        query.put("code_challenge_method", "S256");
        URI endpoint = api.metadata().authorizationEndpoint();
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + ProviderHttp.form(query));
    }

    @Override
    public Identification identify(Parameters callback, SignInRequest request) throws SignInException {
        requireOwnAnswer(callback);
        Optional<String> error = callback.optional("error");
        if (error.isPresent()) {
            throw refused(error.get());
        }
        String code = callback.optional("code").orElseThrow(() -> api.invalid("brought back no code"));
        OidcApi.Tokens tokens = api.redeem(code, verifiers.of(request), request.callback());
        if (tokens.idToken() == null) {
            throw api.invalid("sent no ID token; is openid among its scopes?");
        }
        JsonObject claims = idTokens.verify(tokens.idToken(), nonces.of(request), tokens.accessToken());
        String subject = OidcClaims.subject(claims).orElseThrow(() -> api.invalid("sent a subject that is no id"));
        return identified(subject, claims, tokens, tokens.refreshToken());
    }

    /**
     * An answer of another provider must not be taken for one of this, whose code it would then be given.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9207#section-2.4">RFC 9207, section 2.4</a>
     */
    private void requireOwnAnswer(Parameters callback) throws SignInException {
        Optional<String> issuer = callback.optional("iss");
        boolean own = issuer.isPresent()
                ? issuer.get().equals(settings.issuer().toString())
                : !api.metadata().sendsIssuer();
        if (!own) {
            throw api.invalid("is not who answered (iss)");
        }
    }

    private SignInException refused(String error) {
        return switch (error) {
            case "access_denied" ->
                new SignInException(Reason.DENIED, "the user, or %s, said no".formatted(settings.displayName()));
            case "login_required", "interaction_required", "account_selection_required", "consent_required" ->
                new SignInException(Reason.DENIED, settings.displayName() + " wants the user to sign in again");
            case "temporarily_unavailable", "server_error" ->
                new SignInException(Reason.UNAVAILABLE, settings.displayName() + " has trouble of its own");
            default -> api.misconfigured(error);
        };
    }

    @Override
    public Identification recheck(User user, String proof) throws SignInException {
        String subject = user.id().substring(("oidc:" + settings.name() + ":").length());
        return proof.startsWith(REFRESH)
                ? refreshed(subject, proof.substring(REFRESH.length()))
                : askedWith(subject, Secret.of(proof.substring(ACCESS.length())));
    }

    private Identification refreshed(String subject, String refreshToken) throws SignInException {
        OidcApi.Tokens tokens = api.refresh(refreshToken);
        String next = tokens.refreshToken() == null ? refreshToken : tokens.refreshToken();
        JsonObject claims =
                tokens.idToken() == null ? null : idTokens.verify(tokens.idToken(), null, tokens.accessToken());
        if (claims != null && !claims.getString("sub", "").equals(subject)) {
            throw api.invalid("answered about another user");
        }
        return identified(subject, claims, tokens, next);
    }

    private Identification askedWith(String subject, Secret accessToken) throws SignInException {
        try {
            OidcApi.Tokens tokens = new OidcApi.Tokens(accessToken, null, null);
            return identified(subject, null, tokens, null);
        } catch (SignInException e) {
            // An access token without a refresh token ends soon, which says nothing about the user.
            throw e.reason() == Reason.INVALID
                    ? new SignInException(
                            Reason.EXPIRED,
                            settings.displayName()
                                    + " gave no refresh token, so it cannot be asked about the user any longer")
                    : e;
        }
    }

    /** @param claims of the ID token; null if there is none */
    private Identification identified(
            String subject, @Nullable JsonObject claims, OidcApi.Tokens tokens, @Nullable String refreshToken)
            throws SignInException {
        List<JsonObject> sources = new ArrayList<>();
        Optional<JsonObject> userinfo = api.userinfo(tokens.accessToken());
        if (userinfo.isPresent()) {
            if (!userinfo.get().getString("sub", "").equals(subject)) {
                throw api.invalid("answered about another user");
            }
            sources.add(userinfo.get());
        }
        if (claims != null) {
            sources.add(claims);
        }
        if (sources.isEmpty()) {
            throw new SignInException(
                    Reason.EXPIRED, settings.displayName() + " says nothing about users after they have signed in");
        }
        String proof = refreshToken == null ? ACCESS + tokens.accessToken().reveal() : REFRESH + refreshToken;
        return new Identification(new OidcClaims(settings, sources).profile(subject), proof, List.of());
    }
}
