package dev.mcpgateway.standalone.signin;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.standalone.signin.LocalSignIn.Started;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ResourceBundle;
import java.util.regex.Pattern;

/**
 * {@code GET /local/sign-in}: one form field, {@code username}. {@code POST} answers with a page that goes on to the
 * callback by itself, because a form's answer must not redirect on to another site.
 */
final class LocalSignInPage implements HttpService {
    static final String PATH = "/local/sign-in";

    private static final HeaderName VERIFY_SECRET = HeaderNames.create("Gateway-Verify-Secret");
    private static final HeaderName FORWARDED_HOST = HeaderNames.create("X-Forwarded-Host");
    private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");
    private static final HttpMediaType HTML = HttpMediaType.create("text/html; charset=utf-8");

    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9._-]{16,128}");
    private static final Pattern USER_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final String TEXTS = "dev.mcpgateway.standalone.signin.texts";

    private final Started signIn;

    LocalSignInPage(Started signIn) {
        this.signIn = signIn;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::ask).post(PATH, this::accept);
    }

    private void ask(ServerRequest request, ServerResponse response) {
        refuseOutsiders(request);
        String state = state(Parameters.ofQuery(request));
        send(request, response, Status.OK_200, form(Language.of(request), state, false));
    }

    private void accept(ServerRequest request, ServerResponse response) {
        refuseOutsiders(request);
        Parameters form = Parameters.ofForm(request);
        String state = state(form);
        String userName = form.optional("username").orElse("").strip();
        if (!USER_NAME.matcher(userName).matches()) {
            send(request, response, Status.BAD_REQUEST_400, form(Language.of(request), state, true));
            return;
        }
        String code = new SignInProof(state, userName, signIn.clock().instant().plus(LocalSignIn.PROOF_LIFETIME))
                .seal(signIn.sealer());
        String callback = signIn.issuer() + "/callback?state=" + state + "&code="
                + URLEncoder.encode(code, StandardCharsets.UTF_8);
        send(request, response, Status.OK_200, onward(Language.of(request), callback));
    }

    /** Anybody may be anybody here, so only this computer's own browser gets in, and only through the router. */
    private void refuseOutsiders(ServerRequest request) {
        var headers = request.headers();
        boolean fromRouter = headers.first(VERIFY_SECRET)
                .filter(signIn.verifySecret()::matches)
                .isPresent();
        boolean ourHost = headers.first(FORWARDED_HOST)
                .filter(host -> host.equalsIgnoreCase(signIn.issuer().getRawAuthority()))
                .isPresent();
        boolean local =
                headers.first(FORWARDED_FOR).filter(LocalSignIn::isLoopback).isPresent();
        if (!(fromRouter && ourHost && local)) {
            throw new OAuthException(
                    OAuthError.ACCESS_DENIED,
                    "the local sign-in is for this computer only: open %s here".formatted(signIn.issuer()));
        }
    }

    private static String state(Parameters parameters) {
        String state = parameters.required("state");
        if (!STATE.matcher(state).matches()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "the state is not one of ours");
        }
        return state;
    }

    private static void send(ServerRequest request, ServerResponse response, Status status, String page) {
        response.status(status)
                .header(HeaderNames.CONTENT_TYPE, HTML.text())
                .header(HeaderNames.CONTENT_LANGUAGE, Language.of(request).tag())
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(
                        HeaderNames.create("Content-Security-Policy"),
                        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
                .header(HeaderNames.create("X-Frame-Options"), "DENY")
                .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
                .header(HeaderNames.create("Referrer-Policy"), "no-referrer")
                .send(page);
    }

    /** Nothing in it comes from outside but the state, which holds letters, digits, '-' and '_' only. */
    private static String form(Language language, String state, boolean badName) {
        ResourceBundle text = texts(language);
        String alert = badName
                ? "<p class=\"alert\" id=\"problem\" role=\"alert\">%s</p>".formatted(text.getString("bad_name"))
                : "";
        String described = badName ? " aria-invalid=\"true\" aria-describedby=\"problem\"" : "";
        return page(language, text.getString("title"), "", """
                <h1>%s</h1>
                <p>%s</p>
                %s
                <form method="post" action="%s">
                <input type="hidden" name="state" value="%s">
                <label for="username">%s</label>
                <input type="text" id="username" name="username" required autofocus autocomplete="username"
                  autocapitalize="none" spellcheck="false" maxlength="63"%s>
                <div class="actions"><button type="submit" class="primary">%s</button></div>
                </form>
                """.formatted(
                        text.getString("question"),
                        text.getString("explanation"),
                        alert,
                        PATH,
                        state,
                        text.getString("user_name"),
                        described,
                        text.getString("submit")));
    }

    private static String onward(Language language, String url) {
        ResourceBundle text = texts(language);
        String escaped = url.replace("&", "&amp;");
        return page(
                language,
                text.getString("signed_in"),
                "<meta http-equiv=\"refresh\" content=\"0; url=%s\">".formatted(escaped),
                """
                <h1>%s</h1>
                <p>%s</p>
                <p class="actions"><a class="button primary" href="%s">%s</a></p>
                """.formatted(
                        text.getString("signed_in"), text.getString("go_on"), escaped, text.getString("continue")));
    }

    private static ResourceBundle texts(Language language) {
        return ResourceBundle.getBundle(TEXTS, language.locale(), LocalSignInPage.class.getModule());
    }

    private static String page(Language language, String title, String head, String body) {
        return """
                <!DOCTYPE html>
                <html lang="%s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s - MCP OAuth Gateway</title>
                <link rel="stylesheet" href="/style.css">
                <link rel="icon" type="image/svg+xml" href="/icon.svg">
                %s
                </head>
                <body>
                <header><img src="/icon.svg" alt="" width="32" height="32"><span>MCP OAuth Gateway</span></header>
                <main class="narrow">
                %s</main>
                </body>
                </html>
                """.formatted(language.tag(), title, head, body);
    }
}
