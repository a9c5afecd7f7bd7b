package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.KeyDerivation;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Sign-in with GitHub. It asks for no scope, because who somebody is can be read without one, and keeps no token.
 *
 * @see <a href="https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps">Authorizing OAuth
 *     apps</a>
 */
public final class GithubIdentityProvider implements IdentityProvider {
    private static final String MAC = "HmacSHA256";

    private final GithubSettings settings;
    private final GithubApi github;
    /** By the id of the secret that each is derived from. */
    private final Map<String, SecretKey> verifierKeys = new LinkedHashMap<>();

    private final SecretKey currentKey;

    /** @param secrets the same for every oracle, since a sign-in may come back to another one */
    public GithubIdentityProvider(GithubSettings settings, GatewaySecrets secrets) {
        this.settings = settings;
        this.github = new GithubApi(settings);
        secrets.all().forEach(secret -> verifierKeys.put(KeyDerivation.id(secret), verifierKey(secret)));
        this.currentKey = verifierKey(secrets.current());
    }

    private static SecretKey verifierKey(Secret secret) {
        return KeyDerivation.derive(secret, "github code verifier", MAC);
    }

    @Override
    public String id() {
        return "github";
    }

    @Override
    public String displayName() {
        return "GitHub";
    }

    @Override
    public void start(SignInEnvironment environment) {}

    @Override
    public URI authorizationUri(SignInRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", request.callback().toString());
        query.put("state", request.state());
        query.put("code_challenge", SecureTokens.hash(verifier(request)));
        query.put("code_challenge_method", "S256");
        return ProviderHttp.endpoint(settings.url(), "/login/oauth/authorize?" + ProviderHttp.form(query));
    }

    @Override
    public User identify(Parameters callback, SignInRequest request) throws SignInException {
        Optional<String> error = callback.optional("error");
        if (error.isPresent()) {
            throw error.get().equals("access_denied")
                    ? new SignInException(Reason.DENIED, "the user denied it at GitHub")
                    : GithubApi.misconfigured(error.get());
        }
        String code = callback.optional("code")
                .orElseThrow(() -> new SignInException(Reason.INVALID, "GitHub brought back no code"));
        return github.user(github.exchange(code, verifier(request), request.callback()));
    }

    /** Derived from the state, so that nothing has to be remembered; nobody else can derive it. */
    private String verifier(SignInRequest request) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(verifierKeys.getOrDefault(request.secretId(), currentKey));
            byte[] verifier = mac.doFinal(request.state().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(verifier);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }
}
