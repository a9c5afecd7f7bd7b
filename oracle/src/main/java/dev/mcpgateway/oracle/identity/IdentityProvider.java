package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.protocol.Parameters;
import io.helidon.webserver.http.HttpRules;
import java.net.URI;
import java.util.ServiceLoader;

/** Says who the user in front of the browser is. Found by {@link ServiceLoader}; thread-safe once started. */
public interface IdentityProvider {
    /** Where providers send the browser back to that have no path of their own. */
    String CALLBACK_PATH = "/callback";

    /** Stable and unique among providers: {@code local}, {@code github}. */
    String id();

    /** What the user is told they will sign in with, such as {@code GitHub}. */
    String displayName();

    /**
     * Called once, before everything else. A provider that must not or cannot run in this environment says so, in
     * words, to {@code environment.settings().problems()}, which stops the start.
     */
    void start(SignInEnvironment environment);

    /**
     * Where the provider sends the browser back to, below the issuer. One of its own keeps the answers of other
     * providers apart from those of this one, also if they name no issuer.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2">RFC 9700, section 4.4.2.2</a>
     */
    default String callbackPath() {
        return CALLBACK_PATH;
    }

    /**
     * Where the browser is sent to sign in: an absolute URL, at the provider or one of its own pages here.
     *
     * @throws SignInException UNAVAILABLE if the provider would have to be asked and cannot
     */
    URI authorizationUri(SignInRequest request) throws SignInException;

    /**
     * Reads the provider's answer. Called at most once per sign-in, with a state that is known and unused, in the
     * browser that began it.
     *
     * @param callback the query of the request that came back
     * @throws SignInException if the user refused or the answer does not prove who they are
     */
    Identification identify(Parameters callback, SignInRequest request) throws SignInException;

    /**
     * Asks again about a user who signed in before.
     *
     * @param proof as the last answer about this user had it
     * @throws SignInException DENIED or INVALID if the provider does not vouch for the user any more
     */
    default Identification recheck(User user, String proof) throws SignInException {
        throw new SignInException(SignInException.Reason.EXPIRED, "the provider is never asked again");
    }

    /**
     * Adds pages of its own below {@code /<id>/}. A form must not be answered with a redirect to another site: its page
     * forbids that to browsers. Let it be followed by a page that goes on by itself.
     */
    default void routing(HttpRules rules) {}
}
