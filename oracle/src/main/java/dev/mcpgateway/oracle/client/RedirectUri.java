package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is answered. Three kinds exist: https, http on the user's own device, and private-use schemes of
 * installed programs. It is compared as text, never taken apart by a URL parser that others might not agree with; the
 * port of a loopback URI is the only freedom.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8252#section-7">RFC 8252, section 7</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.1.3">RFC 9700, section 4.1.3</a>
 */
public final class RedirectUri {
    /** The longest one that is accepted, in characters. */
    public static final int MAX_LENGTH = 2048;

    private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9._~:/?\\[\\]@!$&'()+,;=%-]+");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern SCHEME = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?<rest>.+)");
    private static final Pattern HTTPS = Pattern.compile(
            "https://(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(?<port>:[0-9]{1,5})?(?<rest>[/?].*)?");
    private static final Pattern LOOPBACK =
            Pattern.compile("http://(?<host>localhost|127\\.0\\.0\\.1|\\[::1\\])(?<port>:[0-9]{1,5})?(?<rest>[/?].*)?");

    /** Schemes without a dot that well-known programs own; RFC 8252 asks for a dot, which they came without. */
    private static final Set<String> PROGRAMS = Set.of(
            "claude",
            "cursor",
            "goose",
            "jetbrains",
            "lmstudio",
            "obsidian",
            "raycast",
            "vscode",
            "vscode-insiders",
            "vscodium",
            "warp",
            "windsurf",
            "zed");

    private static final String ACCEPTED = "accepted are https URLs, http URLs on localhost, 127.0.0.1 or [::1],"
            + " and private-use schemes such as com.example.app:/callback";
    private static final int MAX_PORT = 65_535;

    private enum Kind {
        HTTPS,
        LOOPBACK,
        PRIVATE_USE
    }

    private final String text;
    private final Kind kind;

    /** For a private-use URI the scheme. */
    private final String host;

    private RedirectUri(String text, Kind kind, String host) {
        this.text = text;
        this.kind = kind;
        this.host = host;
    }

    /** @throws OAuthException {@code invalid_redirect_uri}, saying what is wrong with it and what is accepted */
    public static RedirectUri parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw refusal("a redirect URI is longer than " + MAX_LENGTH + " characters");
        }
        Matcher parts = SCHEME.matcher(text);
        if (!parts.matches()) {
            throw refusal("'%s' is not an absolute URI".formatted(text));
        }
        if (text.indexOf('#') >= 0) {
            throw refusal("'%s' has a fragment, which redirect URIs must not have".formatted(text));
        }
        if (text.indexOf('*') >= 0) {
            throw refusal("'%s' has a wildcard; redirect URIs are compared exactly".formatted(text));
        }
        if (!CHARACTERS.matcher(text).matches() || BAD_ESCAPE.matcher(text).find()) {
            throw refusal("'%s' holds characters that a URI must not hold".formatted(text));
        }
        return switch (parts.group("scheme").toLowerCase(Locale.ROOT)) {
            case "https" -> web(text, HTTPS.matcher(text), Kind.HTTPS);
            case "http" -> web(text, LOOPBACK.matcher(text), Kind.LOOPBACK);
            default -> privateUse(text, parts.group("scheme"));
        };
    }

    private static RedirectUri web(String text, Matcher parts, Kind kind) {
        if (!parts.matches() || !isPort(parts.group("port"))) {
            throw refusal("'%s' is not accepted: %s; neither with a user name".formatted(text, ACCEPTED));
        }
        return new RedirectUri(text, kind, parts.group("host").toLowerCase(Locale.ROOT));
    }

    private static RedirectUri privateUse(String text, String scheme) {
        boolean owned = scheme.indexOf('.') > 0 || PROGRAMS.contains(scheme);
        if (!owned || !scheme.equals(scheme.toLowerCase(Locale.ROOT))) {
            throw refusal("'%s' is not accepted: %s".formatted(text, ACCEPTED));
        }
        return new RedirectUri(text, Kind.PRIVATE_USE, scheme);
    }

    private static boolean isPort(@Nullable String colonAndPort) {
        if (colonAndPort == null) {
            return true;
        }
        int port = Integer.parseInt(colonAndPort.substring(1));
        return port > 0 && port <= MAX_PORT;
    }

    /**
     * Whether a client that registered this one may be answered at {@code requested}: the same text, or, on loopback,
     * the same but for the port.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8252#section-7.3">RFC 8252, section 7.3</a>
     */
    public boolean admits(String requested) {
        if (text.equals(requested)) {
            return true;
        }
        return kind == Kind.LOOPBACK
                && isRedirectUri(requested)
                && withoutPort(text).equals(withoutPort(requested));
    }

    private static boolean isRedirectUri(String text) {
        try {
            return parse(text).kind == Kind.LOOPBACK;
        } catch (OAuthException _) { // the question was whether it is one
            return false;
        }
    }

    private static List<String> withoutPort(String loopback) {
        Matcher parts = LOOPBACK.matcher(loopback);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a loopback URI");
        }
        return List.of(parts.group("host"), String.valueOf(parts.group("rest")));
    }

    /** Where it leads, for people: {@code claude.ai}, {@code localhost}, or {@code cursor:} for a program. */
    public String destination() {
        return kind == Kind.PRIVATE_USE ? host + ":" : host;
    }

    /** Whether the answer stays on the user's device, where any program may be listening. */
    public boolean isOnThisDevice() {
        return kind != Kind.HTTPS;
    }

    /** Whether a browser leaves the web to follow it. */
    public boolean opensProgram() {
        return kind == Kind.PRIVATE_USE;
    }

    private static OAuthException refusal(String description) {
        return new OAuthException(OAuthError.INVALID_REDIRECT_URI, description);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedirectUri uri && text.equals(uri.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The URI as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
