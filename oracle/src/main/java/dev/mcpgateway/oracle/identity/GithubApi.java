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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The two questions that a sign-in asks GitHub. Thread-safe. */
final class GithubApi {
    private static final Logger LOGGER = System.getLogger(GithubApi.class.getName());
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,40}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");
    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final GithubSettings settings;
    private final ProviderHttp http;

    GithubApi(GithubSettings settings) {
        this.settings = settings;
        this.http = new ProviderHttp("GitHub", settings.timeout());
    }

    /**
     * Exchanges what the browser brought back for the user's token. GitHub answers refusals with 200, too.
     *
     * @throws SignInException INVALID if the code is not good (any more)
     */
    Secret exchange(String code, String verifier, URI callback) throws SignInException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", settings.clientId());
        form.put("client_secret", settings.clientSecret().reveal());
        form.put("code", code);
        form.put("redirect_uri", callback.toString());
        form.put("code_verifier", verifier);
        JsonObject answer = requireOk(http.ask(
                        HttpRequest.newBuilder(ProviderHttp.endpoint(settings.url(), "/login/oauth/access_token"))
                                .header("Accept", "application/json")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(ProviderHttp.form(form)))))
                .json();
        return switch (answer.getString("error", "")) {
            case "" -> token(answer);
            case "bad_verification_code" ->
                throw new SignInException(Reason.INVALID, "GitHub does not know the code, or not any more");
            case "unverified_user_email" ->
                throw new SignInException(Reason.DENIED, "GitHub wants the user to verify their email address first");
            case String error -> throw misconfigured(error);
        };
    }

    /** Who the token belongs to. */
    User user(Secret token) throws SignInException {
        JsonObject account = requireOk(
                        http.ask(HttpRequest.newBuilder(ProviderHttp.endpoint(settings.apiUrl(), "/user"))
                                .header("Accept", "application/vnd.github+json")
                                .header("X-GitHub-Api-Version", "2022-11-28")
                                .header("Authorization", "Bearer " + token.reveal())))
                .json();
        String id = account.get("id") instanceof JsonNumber number ? number.toString() : "";
        String login = account.getString("login", "");
        if (!ID.matcher(id).matches() || !LOGIN.matcher(login).matches()) {
            throw http.unavailable("answered without the id and login of a user");
        }
        return new User(id, login);
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

    private Secret token(JsonObject answer) throws SignInException {
        String token = answer.getString("access_token", "");
        if (!TOKEN.matcher(token).matches()) {
            throw http.unavailable("answered without a token");
        }
        return Secret.of(token);
    }

    private Answer requireOk(Answer answer) throws SignInException {
        return switch (answer.status()) {
            case 200 -> answer;
            case 403, 429 -> throw http.unavailable("limits how often it may be asked (" + answer.status() + ")");
            default -> throw http.unavailable("answered " + answer.status());
        };
    }
}
