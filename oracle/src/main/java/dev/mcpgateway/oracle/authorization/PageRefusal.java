package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.web.ErrorPage;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** A refusal for the person in front of the browser, because the client must not, or cannot, be answered. */
final class PageRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = System.getLogger(PageRefusal.class.getName());
    private static final SecureTokens RANDOM = new SecureTokens();
    private static final int ID_BYTES = 9;
    private static final String START_AGAIN = "Go back to the application and connect again.";

    private final int status;
    private final String headline;
    private final String advice;

    private PageRefusal(Status status, String headline, String what, String advice) {
        super(what, null, false, false);
        this.status = status.code();
        this.headline = headline;
        this.advice = advice;
    }

    /** The application's request cannot be used. */
    static PageRefusal brokenRequest(String what, String advice) {
        return new PageRefusal(Status.BAD_REQUEST_400, "This connection cannot be made", what, advice);
    }

    /** The client is not known, or not any more. */
    static PageRefusal unknownClient() {
        return brokenRequest(
                "The application is not registered here, or its registration was removed because it was not used.",
                "In the application, remove this connection and add it again. It will then register anew.");
    }

    /** What the browser brought does not go on with anything that is under way. */
    static PageRefusal staleSignIn(String what) {
        return new PageRefusal(Status.BAD_REQUEST_400, "This sign-in cannot go on", what, START_AGAIN);
    }

    /** What the browser brought was begun elsewhere. */
    static PageRefusal otherBrowser() {
        return new PageRefusal(
                Status.FORBIDDEN_403,
                "This sign-in belongs to another browser",
                "It was begun in another browser, or this browser refuses cookies.",
                "If somebody sent you this link, close this page. Otherwise allow cookies for this site, "
                        + "go back to the application and connect again.");
    }

    /** Somebody has tried too often. */
    static PageRefusal tooMany(Duration wait) {
        return new PageRefusal(
                Status.TOO_MANY_REQUESTS_429,
                "Too many attempts",
                "This was tried too often from your network.",
                "Try again in %d seconds.".formatted(wait.toSeconds() + 1));
    }

    /** The provider cannot be asked, so nobody can be sent there. */
    static PageRefusal providerAway(String provider) {
        return new PageRefusal(
                Status.SERVICE_UNAVAILABLE_503,
                "%s does not answer".formatted(provider),
                "The sign-in with %s cannot begin, because it does not answer this gateway.".formatted(provider),
                "Go back and choose another way to sign in, or try again in a few minutes.");
    }

    /** The handler, with what it refuses shown as a page. */
    static Handler asPage(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (PageRefusal refusal) {
                refusal.send(response);
            } catch (OAuthException refusal) {
                brokenRequest("The request was refused: " + refusal.description() + ".", START_AGAIN)
                        .send(response);
            }
        };
    }

    private void send(ServerResponse response) {
        String id = RANDOM.random(ID_BYTES);
        String what = String.valueOf(getMessage());
        LOGGER.log(Level.INFO, "page refused: error_id={0} status={1} reason={2}", id, status, what);
        new ErrorPage(headline, what, advice, id).send(response, Status.create(status));
    }
}
