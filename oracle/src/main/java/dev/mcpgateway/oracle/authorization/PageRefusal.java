package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.web.ErrorPage;
import dev.mcpgateway.oracle.web.ErrorPage.Problem;
import dev.mcpgateway.oracle.web.Message;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** A refusal for the person in front of the browser, because the client must not, or cannot, be answered. */
public final class PageRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = System.getLogger(PageRefusal.class.getName());
    private static final SecureTokens RANDOM = new SecureTokens();
    private static final int ID_BYTES = 9;
    private static final Message CONNECTION = Message.of("error_connection");
    private static final Message START_AGAIN = Message.of("error_start_again");

    private final int status;
    private final transient Problem problem;

    private PageRefusal(Status status, Problem problem) {
        super(problem.what().in(Language.ENGLISH) + " " + problem.detail(), null, false, false);
        this.status = status.code();
        this.problem = problem;
    }

    /** The application's request cannot be used. */
    static PageRefusal brokenRequest(Message what, Message advice) {
        return new PageRefusal(Status.BAD_REQUEST_400, new Problem(CONNECTION, what, advice));
    }

    /** The client is not known, or not any more. */
    static PageRefusal unknownClient() {
        return brokenRequest(Message.of("unknown_client_what"), Message.of("unknown_client_advice"));
    }

    /** What the browser brought does not go on with anything that is under way. */
    static PageRefusal staleSignIn(Message what) {
        return new PageRefusal(Status.BAD_REQUEST_400, new Problem(Message.of("error_stale"), what, START_AGAIN));
    }

    /** What the browser brought was begun elsewhere. */
    static PageRefusal otherBrowser() {
        return new PageRefusal(
                Status.FORBIDDEN_403,
                new Problem(
                        Message.of("other_browser"),
                        Message.of("other_browser_what"),
                        Message.of("other_browser_advice")));
    }

    /** A form of somebody who is not signed in, or that is not theirs. */
    public static PageRefusal notSignedIn() {
        return new PageRefusal(
                Status.FORBIDDEN_403,
                new Problem(
                        Message.of("not_signed_in"),
                        Message.of("not_signed_in_what"),
                        Message.of("not_signed_in_advice")));
    }

    /** The identity provider brought nobody back. */
    static PageRefusal signInFailed(SignInException.Reason reason) {
        return switch (reason) {
            case DENIED -> signInFailed(Status.FORBIDDEN_403, Message.of("sign_in_denied_what"));
            case INVALID, EXPIRED -> signInFailed(Status.BAD_REQUEST_400, Message.of("sign_in_invalid_what"));
            case UNAVAILABLE -> signInFailed(Status.SERVICE_UNAVAILABLE_503, Message.of("sign_in_unavailable_what"));
        };
    }

    private static PageRefusal signInFailed(Status status, Message what) {
        return new PageRefusal(status, new Problem(Message.of("not_signed_in"), what, Message.of("sign_in_again")));
    }

    /** Somebody has tried too often. */
    static PageRefusal tooMany(Duration wait) {
        return new PageRefusal(
                Status.TOO_MANY_REQUESTS_429,
                new Problem(
                        Message.of("too_many"),
                        Message.of("too_many_what"),
                        Message.of("too_many_advice", wait.toSeconds() + 1)));
    }

    /** The provider cannot be asked, so nobody can be sent there. */
    static PageRefusal providerAway(String provider) {
        return new PageRefusal(
                Status.SERVICE_UNAVAILABLE_503,
                new Problem(
                        Message.of("provider_away", provider),
                        Message.of("provider_away_what", provider),
                        Message.of("provider_away_advice")));
    }

    /** The handler, with what it refuses shown as a page. */
    public static Handler asPage(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (PageRefusal refusal) {
                refusal.send(request, response);
            } catch (OAuthException refusal) {
                new PageRefusal(
                                Status.BAD_REQUEST_400,
                                new Problem(
                                        CONNECTION,
                                        Message.of("connection_refused_what"),
                                        START_AGAIN,
                                        refusal.description()))
                        .send(request, response);
            }
        };
    }

    private void send(ServerRequest request, ServerResponse response) {
        String id = RANDOM.random(ID_BYTES);
        LOGGER.log(Level.INFO, "page refused: error_id={0} status={1} reason={2}", id, status, getMessage());
        new ErrorPage(Language.of(request), problem, id).send(response, Status.create(status));
    }
}
