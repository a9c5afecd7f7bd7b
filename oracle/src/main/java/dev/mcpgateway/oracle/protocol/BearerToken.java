package dev.mcpgateway.oracle.protocol;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * The bearer token of a request, from its {@code Authorization} header and nowhere else.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750, section 2.1</a>
 */
public final class BearerToken {
    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    /** Empty where the header is missing, repeated, or of another scheme; the case of the scheme does not matter. */
    public static Optional<String> of(ServerRequest request) {
        List<String> values = request.headers().contains(HeaderNames.AUTHORIZATION)
                ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
                : List.of();
        return values.size() == 1 ? of(values.getFirst()) : Optional.empty();
    }

    /** The token in the value of one header. */
    public static Optional<String> of(String credentials) {
        return credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(credentials.substring(SCHEME.length()).strip())
                : Optional.empty();
    }
}
