package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.OnwardPage;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a client, carried by the browser. It names its issuer, so that clients of several authorization servers
 * cannot be confused.
 *
 * @param headline for the page that carries it, where one is needed
 * @param url the redirect URI with the answer as its query
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2">RFC 6749, section 4.1.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9207#section-2">RFC 9207, section 2</a>
 */
record RedirectResponse(RedirectUri redirectUri, Message headline, String url) implements AuthorizationResponse {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header NO_REFERRER = HeaderValues.create("Referrer-Policy", "no-referrer");

    static RedirectResponse code(URI issuer, Recipient.Redirect client, String code) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("code", code);
        return of(issuer, client.uri(), client.state(), Message.of("done_connected"), parameters);
    }

    static RedirectResponse error(
            URI issuer, RedirectUri redirectUri, @Nullable String state, OAuthError error, String description) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", error.code());
        parameters.put("error_description", description);
        return of(issuer, redirectUri, state, Message.of("done_not_connected"), parameters);
    }

    private static RedirectResponse of(
            URI issuer,
            RedirectUri redirectUri,
            @Nullable String state,
            Message headline,
            Map<String, String> parameters) {
        if (state != null) {
            parameters.put("state", state);
        }
        parameters.put("iss", issuer.toString());
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        String separator = redirectUri.toString().indexOf('?') < 0 ? "?" : "&";
        return new RedirectResponse(redirectUri, headline, redirectUri + separator + query);
    }

    /** A redirect, or for a program on the device a page, since nothing else replaces the old one. */
    @Override
    public void send(ServerRequest request, ServerResponse response) {
        if (redirectUri.opensProgram()) {
            sendPage(request, response);
        } else {
            response.status(Status.FOUND_302)
                    .header(NO_STORE)
                    .header(NO_REFERRER)
                    .header(HeaderNames.LOCATION, url)
                    .send();
        }
    }

    /** A page that goes on by itself, since browsers refuse a redirect to another site here. */
    @Override
    public void sendPage(ServerRequest request, ServerResponse response) {
        Message text = redirectUri.opensProgram()
                ? Message.of("onward_program")
                : Message.of("onward_back", redirectUri.destination());
        new OnwardPage(Language.of(request), headline, text, url).send(response, Status.OK_200);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
