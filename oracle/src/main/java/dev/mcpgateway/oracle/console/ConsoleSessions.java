package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import io.helidon.http.SetCookie;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Browsers of operators, by an unguessable cookie. Who is signed in is known to this process alone, for a fixed time,
 * and not beyond a change of the management token. The cookie is not marked Secure, because the management listener has
 * no TLS. Thread-safe.
 */
final class ConsoleSessions {
    static final String COOKIE = "gateway-console";
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final int BYTES = 32;
    private static final int MAX_SESSIONS = 100;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final SecureTokens random;
    private final Clock clock;

    /** Makes forms of this process out of cookies, which others on this host could set. */
    private final String key;

    /** By the hash of the cookie. */
    private final Map<String, Session> sessions = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > MAX_SESSIONS;
        }
    };

    private record Session(Instant until, String tokenHash) {}

    ConsoleSessions(SecureTokens random, Clock clock) {
        this.random = random;
        this.clock = clock;
        this.key = random.random(BYTES);
    }

    /** The cookie of this browser, signed in or not. */
    Optional<String> cookie(ServerRequest request) {
        List<String> values = request.headers().cookies().all(COOKIE, List::of);
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(VALUE.asMatchPredicate()) : Optional.empty();
    }

    /** Gives the browser a cookie that says nothing but which browser it is. */
    String give(ServerResponse response) {
        String value = random.random(BYTES);
        response.headers().addCookie(cookie(value).build());
        return value;
    }

    /** Signs the browser in under a new cookie. */
    synchronized void begin(ServerResponse response, Secret token) {
        String value = random.random(BYTES);
        sessions.put(
                SecureTokens.hash(value),
                new Session(clock.instant().plus(LIFETIME), SecureTokens.hash(token.reveal())));
        response.headers().addCookie(cookie(value).maxAge(LIFETIME).build());
    }

    /** Whether the browser with this cookie is signed in, with the token that counts now. */
    synchronized boolean isSignedIn(String cookie, Secret token) {
        Session session = sessions.get(SecureTokens.hash(cookie));
        return session != null
                && clock.instant().isBefore(session.until())
                && session.tokenHash().equals(SecureTokens.hash(token.reveal()));
    }

    /** Also for whoever has copied the cookie. */
    synchronized void end(String cookie, ServerResponse response) {
        sessions.remove(SecureTokens.hash(cookie));
        response.headers().addCookie(cookie("").expires(Instant.EPOCH).build());
    }

    /** What every form of the browser with this cookie carries. */
    String formToken(String cookie) {
        return SecureTokens.hash(key + ' ' + cookie);
    }

    private static SetCookie.Builder cookie(String value) {
        return SetCookie.builder(COOKIE, value)
                .path(ConsolePage.PATH)
                .httpOnly(true)
                .sameSite(SetCookie.SameSite.STRICT);
    }
}
