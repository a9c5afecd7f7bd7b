package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.protocol.ErrorReport;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.storage.Grant;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts a decision on the wire: headers for the router, JSON for programs, a page for people. */
final class VerifyAnswer {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header HTML = HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
    private static final HeaderName USER_ID = HeaderNames.create("X-User-Id");
    private static final HeaderName USER_NAME = HeaderNames.create("X-User-Name");
    private static final HeaderName CLIENT_ID = HeaderNames.create("X-Client-Id");
    private static final HeaderName SCOPE = HeaderNames.create("X-Scope");
    private static final HeaderName ASSERTION = HeaderNames.create("X-Identity-Assertion");
    private static final HeaderName SUBJECTS = HeaderNames.create("Gateway-Subjects");
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final HeaderName EXPIRES = HeaderNames.create("Gateway-Expires");

    private final ServerRequest request;
    private final ServerResponse response;

    VerifyAnswer(ServerRequest request, ServerResponse response) {
        this.request = request;
        this.response = response.header(NO_STORE);
    }

    /**
     * Allows the request.
     *
     * @param until when the token is accepted no more
     * @param maxAge how long the router may use the answer again, in whole seconds; zero for not at all
     * @param assertion null if the service wants none
     */
    void allow(
            AccessToken token,
            Instant until,
            Duration maxAge,
            Grant grant,
            List<String> subjects,
            @Nullable String assertion) {
        if (maxAge.toSeconds() > 0) {
            response.header(HeaderNames.CACHE_CONTROL, "private, max-age=" + maxAge.toSeconds());
        }
        if (assertion != null) {
            response.header(ASSERTION, assertion);
        }
        response.status(Status.NO_CONTENT_204)
                .header(USER_ID, headerText(grant.userId()))
                .header(USER_NAME, headerText(grant.userName()))
                .header(CLIENT_ID, headerText(grant.clientId()))
                .header(SCOPE, headerText(token.scope()))
                .header(EXPIRES, Long.toString(until.getEpochSecond()))
                .header(SUBJECTS, String.join(" ", subjects))
                .send();
    }

    void unauthorized(ProtectedService service, BearerChallenge challenge) {
        response.status(Status.UNAUTHORIZED_401).header(HeaderNames.WWW_AUTHENTICATE, challenge.toHeaderValue());
        String description = challenge.description();
        refuse(
                challenge.error() == null ? "unauthorized" : challenge.error(),
                description == null ? "an access token for " + service.resource() + " is needed" : description,
                "This is an MCP server. Add its address, %s, to your MCP client, which will then ask you to sign in."
                        .formatted(service.resource()));
    }

    void insufficientScope(BearerChallenge challenge) {
        response.status(Status.FORBIDDEN_403).header(HeaderNames.WWW_AUTHENTICATE, challenge.toHeaderValue());
        String description = String.valueOf(challenge.description());
        refuse(String.valueOf(challenge.error()), description, description);
    }

    void tooMany(Duration wait) {
        long seconds = wait.toSeconds() + 1;
        response.status(Status.TOO_MANY_REQUESTS_429).header(HeaderNames.RETRY_AFTER, Long.toString(seconds));
        String description = "too many requests of this connection; try again in %d seconds".formatted(seconds);
        refuse("too_many_requests", description, description);
    }

    void forbidden(String description) {
        response.status(Status.FORBIDDEN_403);
        refuse("access_denied", description, description);
    }

    private void refuse(String error, String description, String page) {
        ErrorReport report = requestId()
                .map(id -> ErrorReport.of(id, error, description))
                .orElseGet(() -> ErrorReport.of(error, description));
        if (isBrowser()) {
            response.header(HTML).send(page(page, report.id()));
        } else {
            response.header(HeaderValues.CONTENT_TYPE_JSON).send(report.toJson());
        }
    }

    /** By which the router's log knows the request. */
    private Optional<String> requestId() {
        return request.headers().first(REQUEST_ID).filter(PLAIN.asMatchPredicate());
    }

    /** Programs that accept HTML too say that they accept JSON. */
    private boolean isBrowser() {
        String accept = request.headers().contains(HeaderNames.ACCEPT)
                ? String.join(",", request.headers().get(HeaderNames.ACCEPT).allValues())
                : "";
        String lower = accept.toLowerCase(Locale.ROOT);
        return lower.contains("text/html") && !lower.contains("application/json");
    }

    private static String page(String sentence, String id) {
        String text = sentence.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>MCP server</title></head>
                <body><h1>Not for browsers</h1><p>%s</p><p><small>Error id: %s</small></p></body>
                </html>
                """.formatted(text, id);
    }

    /** What is not printable ASCII, and {@code %} itself, is percent-encoded UTF-8. */
    private static String headerText(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b < 0x7f && b != '%') {
                text.append((char) b);
            } else {
                text.append('%').append("%02X".formatted(b & 0xff));
            }
        }
        return text.toString();
    }
}
