package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.ProviderHttp.Answer;
import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.settings.Secret;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The questions that GitHub is asked, and what its refusals mean. Thread-safe. */
final class GithubApi {
    private static final Logger LOGGER = System.getLogger(GithubApi.class.getName());
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    /** Any of these lets memberships be read. */
    private static final Set<String> ORGANISATION_SCOPES = Set.of("read:org", "write:org", "admin:org");

    /** What GitHub advises where it names no time. */
    private static final Duration DEFAULT_PAUSE = Duration.ofMinutes(1);

    private final GithubSettings settings;
    private final ProviderHttp http;

    GithubApi(GithubSettings settings) {
        this.settings = settings;
        this.http = new ProviderHttp("GitHub", settings.timeout());
    }

    /**
     * A user's token.
     *
     * @param readsOrganisations whether the user lets it read memberships
     */
    record Token(Secret value, boolean readsOrganisations) {}

    /** What GitHub says about a membership. */
    sealed interface Membership {
        record Active() implements Membership {}

        /** An invitation that was not accepted. */
        record Pending() implements Membership {}

        /** Also if there is no such organisation or team, or the user may not know of it. */
        record None() implements Membership {}

        /** @param url where the user can prove who they are to the organisation; empty if GitHub names none */
        record SignOnRequired(String url) implements Membership {}

        /** The organisation does not let this app, or this user, see it. */
        record Restricted() implements Membership {}
    }

    /**
     * Exchanges what the browser brought back for the user's token. GitHub answers refusals with 200, too.
     *
     * @throws SignInException INVALID if the code is not good (any more)
     */
    Token exchange(String code, String verifier, URI callback) throws SignInException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", settings.clientId());
        form.put("client_secret", settings.clientSecret().reveal());
        form.put("code", code);
        form.put("redirect_uri", callback.toString());
        form.put("code_verifier", verifier);
        Answer answer =
                http.ask(HttpRequest.newBuilder(ProviderHttp.endpoint(settings.url(), "/login/oauth/access_token"))
                        .header("Accept", "application/json")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(ProviderHttp.form(form))));
        if (answer.status() == 403 || answer.status() == 429) {
            throw limited(answer);
        }
        if (answer.status() != 200) {
            throw http.unavailable("answered " + answer.status());
        }
        JsonObject json = answer.json();
        return switch (json.getString("error", "")) {
            case "" -> token(json);
            case "bad_verification_code" ->
                throw new SignInException(Reason.INVALID, "GitHub does not know the code, or not any more");
            case "unverified_user_email" ->
                throw new SignInException(Reason.DENIED, "GitHub wants the user to verify their email address first");
            case String error -> throw misconfigured(error);
        };
    }

    /**
     * Who the token belongs to.
     *
     * @throws SignInException INVALID if GitHub does not accept the token, DENIED if the account is suspended
     */
    User user(Secret token) throws SignInException {
        Answer answer = get("/user", token);
        if (answer.status() != 200) {
            throw isSuspended(answer)
                    ? new SignInException(Reason.DENIED, "GitHub has suspended the account")
                    : http.unavailable("answered " + answer.status());
        }
        JsonObject account = answer.json();
        String id = account.get("id") instanceof JsonNumber number ? number.toString() : "";
        String login = account.getString("login", "");
        if (!ID.matcher(id).matches() || !LOGIN.matcher(login).matches()) {
            throw http.unavailable("answered without the id and login of a user");
        }
        return new User(id, login);
    }

    /** Of the token's user in an organisation. */
    Membership organisation(String name, Secret token) throws SignInException {
        return membership("/user/memberships/orgs/" + name, token);
    }

    /** Of a user in a team, or in a team below it. */
    Membership team(String organisation, String team, String login, Secret token) throws SignInException {
        return membership("/orgs/%s/teams/%s/memberships/%s".formatted(organisation, team, login), token);
    }

    private Membership membership(String path, Secret token) throws SignInException {
        Answer answer = get(path, token);
        return switch (answer.status()) {
            case 200 ->
                switch (answer.json().getString("state", "")) {
                    case "active" -> new Membership.Active();
                    case "pending" -> new Membership.Pending();
                    default -> throw http.unavailable("answered without the state of a membership");
                };
            case 404 -> new Membership.None();
            case 403, 451 -> refused(answer);
            default -> throw http.unavailable("answered " + answer.status());
        };
    }

    private Membership refused(Answer answer) {
        String signOn = answer.header("X-GitHub-SSO").orElse("");
        if (!signOn.startsWith("required")) {
            return new Membership.Restricted();
        }
        String url = signOn.replaceFirst("(?s).*url=([^;\\s]*).*", "$1");
        return new Membership.SignOnRequired(url.startsWith(settings.url() + "/") ? url : "");
    }

    /** An answer that is neither about the token nor about limits. */
    private Answer get(String path, Secret token) throws SignInException {
        Answer answer = http.ask(HttpRequest.newBuilder(ProviderHttp.endpoint(settings.apiUrl(), path))
                .header("Accept", "application/vnd.github+json")
                .header("X-GitHub-Api-Version", "2022-11-28")
                .header("Authorization", "Bearer " + token.reveal()));
        if (answer.status() == 401) {
            throw new SignInException(
                    Reason.INVALID, "GitHub does not accept the user's token: it was taken back or has expired");
        }
        if (answer.status() == 429 || (answer.status() == 403 && isLimited(answer))) {
            throw limited(answer);
        }
        return answer;
    }

    /** Limits come as 403, too; see "Rate limits for the REST API". */
    private static boolean isLimited(Answer answer) {
        return answer.header("Retry-After").isPresent()
                || answer.header("X-RateLimit-Remaining").filter("0"::equals).isPresent()
                || message(answer).contains("rate limit");
    }

    private static boolean isSuspended(Answer answer) {
        return answer.status() == 403 && message(answer).contains("suspended");
    }

    private static String message(Answer answer) {
        try {
            return answer.json().getString("message", "").toLowerCase(Locale.ROOT);
        } catch (SignInException _) { // a page, which says nothing that is known here
            return "";
        }
    }

    private static SignInException limited(Answer answer) {
        Duration wait = answer.retryAfter().orElseGet(() -> untilReset(answer));
        return SignInException.limited(
                "GitHub limits how often it may be asked (%d), again in %d s"
                        .formatted(answer.status(), wait.toSeconds()),
                wait);
    }

    private static Duration untilReset(Answer answer) {
        return answer.header("X-RateLimit-Reset")
                .filter(SECONDS.asMatchPredicate())
                .map(text -> Duration.between(Clock.systemUTC().instant(), Instant.ofEpochSecond(Long.parseLong(text))))
                .filter(Duration::isPositive)
                .orElse(DEFAULT_PAUSE);
    }

    /** GitHub does not take us for the app that the settings name: only the operator can mend that. */
    static SignInException misconfigured(String error) {
        String code = ERROR_CODE.matcher(error).matches() ? error : "unknown";
        LOGGER.log(
                Level.WARNING,
                "github refuses the app: error={0} check=GITHUB_CLIENT_ID,GITHUB_CLIENT_SECRET,callback_url",
                code);
        return new SignInException(Reason.UNAVAILABLE, "GitHub refuses this gateway's app: " + code);
    }

    private Token token(JsonObject answer) throws SignInException {
        String token = answer.getString("access_token", "");
        if (!TOKEN.matcher(token).matches()) {
            throw http.unavailable("answered without a token");
        }
        Set<String> scopes = Set.of(answer.getString("scope", "").split("[ ,]+"));
        return new Token(Secret.of(token), scopes.stream().anyMatch(ORGANISATION_SCOPES::contains));
    }
}
