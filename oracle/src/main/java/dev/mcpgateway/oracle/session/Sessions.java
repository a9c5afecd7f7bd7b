package dev.mcpgateway.oracle.session;

import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.storage.SessionStore;
import dev.mcpgateway.storage.SessionStore.Session;
import io.helidon.http.SetCookie;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who is signed in in a browser, by an unguessable cookie that only this host can set and read. It lives for a fixed
 * time, however much it is used. Thread-safe.
 */
public final class Sessions {
    public static final String COOKIE = "__Host-gateway-session";

    private static final int BYTES = 32;
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final SessionStore store;
    private final Duration lifetime;
    private final SecureTokens random;
    private final Clock clock;

    public Sessions(SessionStore store, Duration lifetime, SecureTokens random, Clock clock) {
        this.store = store;
        this.lifetime = lifetime;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Somebody who is signed in.
     *
     * @param formToken what every form of theirs carries: nobody can make it up who cannot read the cookie
     */
    public record SignedIn(User user, String formToken) {
        public boolean hasPosted(String presentedToken) {
            return SecureTokens.equal(formToken, presentedToken);
        }
    }

    /** Who is signed in in this browser. Without a cookie, nothing is asked of the store. */
    public Optional<SignedIn> find(ServerRequest request) {
        return cookie(request)
                .flatMap(value -> store.find(SecureTokens.hash(value))
                        .map(session -> new SignedIn(
                                new User(session.userId(), session.userName()), SecureTokens.hash("form " + value))));
    }

    /** Signs the user in, under a new cookie; whoever was signed in in this browser is not any more. */
    public void begin(ServerRequest request, ServerResponse response, User user, String provider) {
        cookie(request).map(SecureTokens::hash).ifPresent(store::end);
        String value = random.random(BYTES);
        Instant now = clock.instant();
        store.begin(new Session(SecureTokens.hash(value), user.id(), user.name(), provider, now, now.plus(lifetime)));
        response.headers().addCookie(cookie(value).maxAge(lifetime).build());
    }

    /** Ends the session of this browser for good, also for whoever has copied the cookie. */
    public void end(ServerRequest request, ServerResponse response) {
        cookie(request).map(SecureTokens::hash).ifPresent(store::end);
        response.headers().addCookie(cookie("").expires(Instant.EPOCH).build());
    }

    private static SetCookie.Builder cookie(String value) {
        return SetCookie.builder(COOKIE, value)
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite(SetCookie.SameSite.LAX);
    }

    private static Optional<String> cookie(ServerRequest request) {
        List<String> values = request.headers().cookies().all(COOKIE, List::of);
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(VALUE.asMatchPredicate()) : Optional.empty();
    }
}
