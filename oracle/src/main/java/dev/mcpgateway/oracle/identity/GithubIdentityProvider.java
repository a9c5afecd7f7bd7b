package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sign-in with GitHub. Who somebody is can be read without any scope, and then no token is kept. Where a rule names an
 * organisation or a team, it asks for {@code read:org}, and hands the token over to be asked with again.
 *
 * @see <a href="https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps">Authorizing OAuth
 *     apps</a>
 */
public final class GithubIdentityProvider implements IdentityProvider {
    private final GithubSettings settings;
    private final GithubApi github;
    private final SignInSecrets verifiers;
    private volatile Supplier<Set<String>> facts = Set::of;

    /** @param secrets the same for every oracle, since a sign-in may come back to another one */
    public GithubIdentityProvider(GithubSettings settings, GatewaySecrets secrets) {
        this.settings = settings;
        this.github = new GithubApi(settings);
        this.verifiers = new SignInSecrets(secrets, "github code verifier");
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
    public void start(SignInEnvironment environment) {
        facts = environment.facts();
    }

    @Override
    public URI authorizationUri(SignInRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", request.callback().toString());
        if (GithubMemberships.areIn(facts.get())) {
            query.put("scope", "read:org");
        }
        query.put("state", request.state());
        query.put("code_challenge", SecureTokens.hash(verifiers.of(request)));
        query.put("code_challenge_method", "S256");
        return ProviderHttp.endpoint(settings.url(), "/login/oauth/authorize?" + ProviderHttp.form(query));
    }

    @Override
    public Identification identify(Parameters callback, SignInRequest request) throws SignInException {
        Optional<String> error = callback.optional("error");
        if (error.isPresent()) {
            throw error.get().equals("access_denied")
                    ? new SignInException(Reason.DENIED, "the user denied it at GitHub")
                    : GithubApi.misconfigured(error.get());
        }
        String code = callback.optional("code")
                .orElseThrow(() -> new SignInException(Reason.INVALID, "GitHub brought back no code"));
        GithubApi.Token token = github.exchange(code, verifiers.of(request), request.callback());
        User user = justSignedIn(token.value());
        Set<String> wanted = facts.get();
        if (!GithubMemberships.areIn(wanted)) {
            return Identification.of(user);
        }
        if (!token.readsOrganisations()) {
            return new Identification(
                    Profile.of(user),
                    null,
                    List.of("GitHub was not allowed to tell of organisations: connect again and allow that"));
        }
        return GithubMemberships.ask(github, settings.url(), user, token.value(), wanted);
    }

    /** A token that is a moment old is good, whatever GitHub says. */
    private User justSignedIn(Secret token) throws SignInException {
        try {
            return github.user(token);
        } catch (SignInException e) {
            throw e.reason() == SignInException.Reason.INVALID
                    ? new SignInException(Reason.UNAVAILABLE, "GitHub answered 401 to a new token")
                    : e;
        }
    }

    @Override
    public Identification recheck(User user, String proof) throws SignInException {
        Secret token = Secret.of(proof);
        User now = github.user(token);
        if (!now.id().equals(user.id())) {
            throw new SignInException(Reason.INVALID, "GitHub says that the token is another user's");
        }
        Set<String> wanted = facts.get();
        return GithubMemberships.areIn(wanted)
                ? GithubMemberships.ask(github, settings.url(), now, token, wanted)
                : Identification.of(now);
    }
}
