package dev.mcpgateway.oracle.protocol;

import io.helidon.http.Status;
import java.util.Locale;

/**
 * The error codes of OAuth and the HTTP status they travel with where they are not part of a redirect.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, sections 4.1.2.1 and 5.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3.1">RFC 6750, section 3.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2">RFC 7591, section 3.2.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.5">RFC 8628, section 3.5</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8707#section-2">RFC 8707, section 2</a>
 */
// A status is immutable; the library only does not say so.
@SuppressWarnings("ImmutableEnumChecker")
public enum OAuthError {
    INVALID_REQUEST(Status.BAD_REQUEST_400),
    INVALID_CLIENT(Status.UNAUTHORIZED_401),
    INVALID_TOKEN(Status.UNAUTHORIZED_401),
    INVALID_GRANT(Status.BAD_REQUEST_400),
    UNAUTHORIZED_CLIENT(Status.BAD_REQUEST_400),
    UNSUPPORTED_GRANT_TYPE(Status.BAD_REQUEST_400),
    UNSUPPORTED_RESPONSE_TYPE(Status.BAD_REQUEST_400),
    UNSUPPORTED_TOKEN_TYPE(Status.BAD_REQUEST_400),
    INVALID_SCOPE(Status.BAD_REQUEST_400),
    INTERACTION_REQUIRED(Status.BAD_REQUEST_400),
    REQUEST_NOT_SUPPORTED(Status.BAD_REQUEST_400),
    INVALID_REQUEST_URI(Status.BAD_REQUEST_400),
    INVALID_TARGET(Status.BAD_REQUEST_400),
    INVALID_REDIRECT_URI(Status.BAD_REQUEST_400),
    INVALID_CLIENT_METADATA(Status.BAD_REQUEST_400),
    ACCESS_DENIED(Status.BAD_REQUEST_400),
    AUTHORIZATION_PENDING(Status.BAD_REQUEST_400),
    SLOW_DOWN(Status.BAD_REQUEST_400),
    EXPIRED_TOKEN(Status.BAD_REQUEST_400),
    TOO_MANY_REQUESTS(Status.TOO_MANY_REQUESTS_429),
    SERVER_ERROR(Status.INTERNAL_SERVER_ERROR_500),
    TEMPORARILY_UNAVAILABLE(Status.SERVICE_UNAVAILABLE_503);

    private final Status status;

    OAuthError(Status status) {
        this.status = status;
    }

    /** The value of {@code error}, such as {@code invalid_grant}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Status status() {
        return status;
    }
}
