package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.protocol.BearerToken;
import dev.mcpgateway.oracle.protocol.ErrorReport;
import dev.mcpgateway.settings.Secret;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those to {@code /admin} who hold the token in ADMIN_TOKEN_FILE. The file is read each time, so that a new
 * token counts at once; without a file nobody is let in.
 */
public final class AdminGuard implements Filter {
    private static final int MIN_LENGTH = 16;

    private final @Nullable Path tokenFile;

    public AdminGuard(@Nullable Path tokenFile) {
        this.tokenFile = tokenFile;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().path();
        if (!path.equals("/admin") && !path.startsWith("/admin/")) {
            chain.proceed();
            return;
        }
        Secret token = readToken().orElse(null);
        if (token == null) {
            refuse(
                    response,
                    Status.FORBIDDEN_403,
                    "forbidden",
                    "the management API is closed: set ADMIN_TOKEN_FILE to a file that holds a token of at least 16 characters");
        } else if (BearerToken.of(request).filter(token::matches).isEmpty()) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            refuse(
                    response,
                    Status.UNAUTHORIZED_401,
                    "unauthorized",
                    "send the token in ADMIN_TOKEN_FILE as a bearer token");
        } else {
            chain.proceed();
        }
    }

    private Optional<Secret> readToken() {
        if (tokenFile == null) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(tokenFile).strip();
            return text.length() < MIN_LENGTH ? Optional.empty() : Optional.of(Secret.of(text));
        } catch (IOException _) { // no readable file is the same as no file
            return Optional.empty();
        }
    }

    private static void refuse(RoutingResponse response, Status status, String error, String description) {
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(ErrorReport.of(error, description).toJson());
    }
}
