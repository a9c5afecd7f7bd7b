package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import io.helidon.http.SetCookie;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells browsers apart, and nothing else: an unguessable value that only this host can set and read. A sign-in goes on
 * only in the browser that began it.
 */
final class BrowserCookie {
    static final String NAME = "__Host-gateway-browser";

    private static final int BYTES = 32;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private BrowserCookie() {}

    /**
     * The hash of this browser's cookie, which gets one if it has none. One that it has stays, so that several
     * connections can be under way in its tabs.
     *
     * @param lifetime begins anew with each call
     */
    static String obtainHash(ServerRequest request, ServerResponse response, SecureTokens random, Duration lifetime) {
        String value = read(request).orElseGet(() -> random.random(BYTES));
        response.headers()
                .addCookie(SetCookie.builder(NAME, value)
                        .path("/")
                        .secure(true)
                        .httpOnly(true)
                        .sameSite(SetCookie.SameSite.LAX)
                        .maxAge(lifetime)
                        .build());
        return SecureTokens.hash(value);
    }

    /** Whether the request comes from the browser whose cookie has this hash. */
    static boolean matches(ServerRequest request, String hash) {
        return read(request)
                .filter(value -> SecureTokens.equal(SecureTokens.hash(value), hash))
                .isPresent();
    }

    private static Optional<String> read(ServerRequest request) {
        List<String> values = request.headers().cookies().all(NAME, List::of);
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(VALUE.asMatchPredicate()) : Optional.empty();
    }
}
