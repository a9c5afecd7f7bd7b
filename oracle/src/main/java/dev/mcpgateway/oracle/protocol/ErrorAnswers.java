package dev.mcpgateway.oracle.protocol;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.web.ErrorPage;
import dev.mcpgateway.oracle.web.ErrorPage.Problem;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.storage.StoreException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;

/** The one place where what went wrong becomes an answer. */
public final class ErrorAnswers {
    private static final Logger LOGGER = System.getLogger(ErrorAnswers.class.getName());
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header RETRY_SOON = HeaderValues.create(HeaderNames.RETRY_AFTER, "5");
    private static final Header BASIC = HeaderValues.create(HeaderNames.WWW_AUTHENTICATE, "Basic realm=\"oauth\"");
    private static final Header BEARER =
            HeaderValues.create(HeaderNames.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");

    private static final HeaderName FETCH_MODE = HeaderNames.create("Sec-Fetch-Mode");
    private static final Message LATER = Message.of("error_later");

    private ErrorAnswers() {}

    /**
     * Answers a refusal as RFC 6749 section 5.2 says, a store that cannot be asked with 503, and anything else with
     * 500. Each answer has an id that the log has too. Programs get JSON; a person whose browser went somewhere gets a
     * page.
     */
    public static void install(HttpRouting.Builder routing, Runnable storeFailed) {
        routing.error(OAuthException.class, ErrorAnswers::refused);
        routing.error(StoreException.class, (request, response, failure) -> {
            storeFailed.run();
            storeUnavailable(request, response, failure);
        });
        routing.error(HttpException.class, ErrorAnswers::notServed);
        routing.error(RuntimeException.class, ErrorAnswers::failed);
    }

    private static void refused(ServerRequest request, ServerResponse response, OAuthException refusal) {
        if (refusal.error() == OAuthError.INVALID_CLIENT && request.headers().contains(HeaderNames.AUTHORIZATION)) {
            response.header(BASIC);
        }
        if (refusal.error() == OAuthError.INVALID_TOKEN) {
            response.header(BEARER);
        }
        if (refusal.retryAfter().isPositive()) {
            response.header(
                    HeaderNames.RETRY_AFTER, Long.toString(refusal.retryAfter().toSeconds()));
        }
        if (refusal.error() == OAuthError.TEMPORARILY_UNAVAILABLE) {
            response.header(RETRY_SOON);
        }
        ErrorReport report = ErrorReport.of(refusal.error().code(), refusal.description());
        if (isFromPerson(request)) {
            closeIfUnread(request, response);
            Problem problem = new Problem(
                    Message.of("error_refused"),
                    Message.of("error_refused_what"),
                    Message.of("error_start_again"),
                    refusal.description());
            sendPage(request, response, refusal.error().status(), problem, report.id());
        } else {
            answer(request, response, refusal.error().status(), report);
        }
    }

    private static void storeUnavailable(ServerRequest request, ServerResponse response, StoreException failure) {
        String id = ErrorReport.newId();
        LOGGER.log(Level.WARNING, "store unavailable: error_id=" + id + " reason=" + failure.getMessage());
        response.header(RETRY_SOON);
        if (isFromPerson(request)) {
            sendPage(
                    request,
                    response,
                    OAuthError.TEMPORARILY_UNAVAILABLE.status(),
                    new Problem(Message.of("error_unavailable"), Message.of("error_unavailable_what"), LATER),
                    id);
        } else {
            answer(request, response, OAuthError.TEMPORARILY_UNAVAILABLE, id, "try again in a moment");
        }
    }

    /** What the web server refuses by itself, such as a path that is nobody's. */
    private static void notServed(ServerRequest request, ServerResponse response, HttpException refusal) {
        if (refusal.status().code() >= 500) {
            failed(request, response, refusal);
            return;
        }
        closeIfUnread(request, response);
        String id = ErrorReport.newId();
        LOGGER.log(
                Level.INFO,
                "not served: error_id={0} status={1}",
                id,
                refusal.status().code());
        if (isFromPerson(request)) {
            sendPage(request, response, refusal.status(), problem(refusal.status()), id);
        } else {
            response.status(refusal.status())
                    .header(NO_STORE)
                    .header(HeaderValues.CONTENT_TYPE_JSON)
                    .send(new ErrorReport(
                                    id,
                                    "invalid_request",
                                    refusal.status().reasonPhrase().toLowerCase(Locale.ROOT))
                            .toJson());
        }
    }

    private static void failed(ServerRequest request, ServerResponse response, RuntimeException failure) {
        String id = ErrorReport.newId();
        LOGGER.log(Level.ERROR, "request failed: error_id=" + id, failure);
        if (isFromPerson(request)) {
            sendPage(
                    request,
                    response,
                    OAuthError.SERVER_ERROR.status(),
                    new Problem(Message.of("error_failed"), Message.of("error_failed_what"), LATER),
                    id);
        } else {
            answer(request, response, OAuthError.SERVER_ERROR, id, "something failed here; the log knows it by its id");
        }
    }

    /** Whether a browser shows the answer to somebody; programs get JSON. */
    private static boolean isFromPerson(ServerRequest request) {
        boolean navigation = request.prologue().method().equals(Method.GET)
                || request.headers()
                        .first(FETCH_MODE)
                        .filter("navigate"::equals)
                        .isPresent();
        return navigation
                && request.headers()
                        .first(HeaderNames.ACCEPT)
                        .filter(accept -> accept.contains("text/html"))
                        .isPresent();
    }

    private static Problem problem(Status status) {
        Message advice = Message.of("error_not_found_advice");
        return status.code() == Status.NOT_FOUND_404.code()
                ? new Problem(Message.of("error_not_found"), Message.of("error_not_found_what"), advice)
                : new Problem(
                        Message.of("error_not_accepted"), Message.of("error_not_accepted_what", status.code()), advice);
    }

    private static void sendPage(
            ServerRequest request, ServerResponse response, Status status, Problem problem, String id) {
        new ErrorPage(Language.of(request), problem, id).send(response, status);
    }

    private static void answer(
            ServerRequest request, ServerResponse response, OAuthError error, String id, String description) {
        answer(request, response, error.status(), new ErrorReport(id, error.code(), description));
    }

    private static void answer(ServerRequest request, ServerResponse response, Status status, ErrorReport report) {
        closeIfUnread(request, response);
        response.status(status)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(report.toJson());
    }

    private static void closeIfUnread(ServerRequest request, ServerResponse response) {
        if (request.content().hasEntity() && !request.content().consumed()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }
}
