package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.ProviderHttp.Answer;
import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.settings.Secret;
import jakarta.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The questions that an OpenID provider is asked, and what its refusals mean. Thread-safe. */
final class OidcApi {
    private static final Logger LOGGER = System.getLogger(OidcApi.class.getName());
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,60}");

    /** How long what a provider says about itself counts; keys that nobody knows are looked for at once. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** Keys are not fetched more often than this, whoever makes up ids of keys. */
    private static final Duration KEYS_PAUSE = Duration.ofSeconds(30);

    /** How long what could not be fetched is not fetched again. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final OidcSettings settings;
    private final ProviderHttp http;
    private final Clock clock;
    private @Nullable Fetched<OidcMetadata> metadata;
    private @Nullable Fetched<List<JsonWebKey>> keys;
    private Instant pausedUntil = Instant.MIN;

    private record Fetched<T>(T value, Instant at) {}

    OidcApi(OidcSettings settings, Clock clock) {
        this.settings = settings;
        this.http = new ProviderHttp(settings.displayName(), settings.timeout());
        this.clock = clock;
    }

    /**
     * What the provider answered at its token endpoint.
     *
     * @param idToken null if a refresh brought none
     * @param refreshToken null if there is none
     */
    record Tokens(
            Secret accessToken,
            @Nullable String idToken,
            @Nullable String refreshToken) {}

    /** Fetched once an hour; the last one counts while there is no newer one. */
    synchronized OidcMetadata metadata() throws SignInException {
        Fetched<OidcMetadata> known = metadata;
        if (known != null && isYounger(known, LIFETIME)) {
            return known.value();
        }
        try {
            JsonObject document = fetch(ProviderHttp.endpoint(settings.issuer(), "/.well-known/openid-configuration"));
            OidcMetadata fetched = OidcMetadata.parse(document, settings.issuer())
                    .orElseThrow(
                            () -> http.unavailable(
                                    "has a discovery document of another issuer than the configured one, or without endpoints"));
            metadata = new Fetched<>(fetched, clock.instant());
            return fetched;
        } catch (SignInException e) {
            if (known == null) {
                throw e;
            }
            return known.value();
        }
    }

    /** The keys that carry this id, or all if there is no id. Fetched once an hour, and when none carries it. */
    synchronized List<JsonWebKey> keys(@Nullable String keyId) throws SignInException {
        Fetched<List<JsonWebKey>> known = keys;
        boolean young = known != null && isYounger(known, LIFETIME);
        List<JsonWebKey> found = known != null && young ? named(keyId, known.value()) : List.of();
        if (!found.isEmpty() || (known != null && young && isYounger(known, KEYS_PAUSE))) {
            return found;
        }
        List<JsonWebKey> fetched = parse(fetch(metadata().jwksUri()));
        keys = new Fetched<>(fetched, clock.instant());
        return named(keyId, fetched);
    }

    private boolean isYounger(Fetched<?> fetched, Duration age) {
        return clock.instant().isBefore(fetched.at().plus(age));
    }

    /** Whoever waited while it was tried in vain does not try again at once. */
    private JsonObject fetch(URI url) throws SignInException {
        if (clock.instant().isBefore(pausedUntil)) {
            throw http.unavailable("did not answer a moment ago");
        }
        try {
            return get(url, null);
        } catch (SignInException e) {
            pausedUntil = clock.instant().plus(PAUSE);
            throw e;
        }
    }

    private static List<JsonWebKey> named(@Nullable String keyId, List<JsonWebKey> keys) {
        return keyId == null
                ? keys
                : keys.stream().filter(key -> keyId.equals(key.getKeyId())).toList();
    }

    private List<JsonWebKey> parse(JsonObject jwks) throws SignInException {
        try {
            return List.copyOf(new JsonWebKeySet(jwks.toString()).getJsonWebKeys());
        } catch (JoseException _) { // its message would repeat what came
            throw http.unavailable("answered with keys that cannot be read");
        }
    }

    /** Exchanges what the browser brought back. */
    Tokens redeem(String code, String verifier, URI callback) throws SignInException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", callback.toString());
        form.put("code_verifier", verifier);
        return token(form);
    }

    Tokens refresh(String refreshToken) throws SignInException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return token(form);
    }

    /**
     * What the provider says about the token's user; empty if it has no such endpoint.
     *
     * @throws SignInException INVALID if the token is not good any more
     */
    Optional<JsonObject> userinfo(Secret accessToken) throws SignInException {
        URI endpoint = metadata().userinfoEndpoint();
        return endpoint == null ? Optional.empty() : Optional.of(get(endpoint, accessToken));
    }

    private JsonObject get(URI url, @Nullable Secret accessToken) throws SignInException {
        HttpRequest.Builder question = HttpRequest.newBuilder(url).header("Accept", "application/json");
        if (accessToken != null) {
            question.header("Authorization", "Bearer " + accessToken.reveal());
        }
        Answer answer = http.ask(question);
        if (accessToken != null && answer.status() == 401) {
            throw new SignInException(Reason.INVALID, settings.displayName() + " does not accept the user's token");
        }
        if (answer.status() != 200) {
            throw trouble(answer);
        }
        return answer.json();
    }

    private Tokens token(Map<String, String> form) throws SignInException {
        OidcMetadata provider = metadata();
        HttpRequest.Builder question = HttpRequest.newBuilder(provider.tokenEndpoint())
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded");
        Secret secret = settings.clientSecret();
        if (secret != null && provider.takesBasic()) {
            question.header("Authorization", basic(secret));
        } else {
            form.put("client_id", settings.clientId());
            if (secret != null) {
                form.put("client_secret", secret.reveal());
            }
        }
        Answer answer = http.ask(question.POST(BodyPublishers.ofString(ProviderHttp.form(form))));
        return answer.status() == 200 ? tokens(answer.json()) : refused(answer);
    }

    /** RFC 6749, section 2.3.1: both parts are form-encoded first. */
    private String basic(Secret secret) {
        String credentials = URLEncoder.encode(settings.clientId(), StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret.reveal(), StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private Tokens tokens(JsonObject answer) throws SignInException {
        String accessToken = answer.getString("access_token", "");
        if (accessToken.isEmpty() || !answer.getString("token_type", "").equalsIgnoreCase("bearer")) {
            throw http.unavailable("answered without a token");
        }
        return new Tokens(
                Secret.of(accessToken), answer.getString("id_token", null), answer.getString("refresh_token", null));
    }

    private Tokens refused(Answer answer) throws SignInException {
        if (answer.status() != 400 && answer.status() != 401) {
            throw trouble(answer);
        }
        String error = answer.json().getString("error", "");
        if (error.equals("invalid_grant")) {
            throw new SignInException(
                    Reason.INVALID, settings.displayName() + " does not know the code or token, or not any more");
        }
        throw misconfigured(error);
    }

    private SignInException trouble(Answer answer) {
        if (answer.status() == 429) {
            return SignInException.limited(
                    settings.displayName() + " limits how often it may be asked",
                    answer.retryAfter().orElse(Duration.ofMinutes(1)));
        }
        return http.unavailable("answered " + answer.status());
    }

    /** The provider does not take us for the client that the file names: only the operator can mend that. */
    SignInException misconfigured(String error) {
        String code = ERROR_CODE.matcher(error).matches() ? error : "unknown";
        LOGGER.log(
                Level.WARNING,
                "oidc provider refuses the client: provider={0} error={1} check=client_id,client_secret_file,scopes,redirect_uri",
                settings.name(),
                code);
        return new SignInException(
                Reason.UNAVAILABLE, "%s refuses this gateway: %s".formatted(settings.displayName(), code));
    }

    SignInException invalid(String what) {
        return new SignInException(Reason.INVALID, settings.displayName() + " " + what);
    }
}
