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

/** Lets only those to {@code /admin} who hold the token in ADMIN_TOKEN_FILE; without one nobody is let in. */
public final class AdminGuard implements Filter {
    private final AdminToken adminToken;

    public AdminGuard(AdminToken adminToken) {
        this.adminToken = adminToken;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().path();
        if (!path.equals("/admin") && !path.startsWith("/admin/")) {
            chain.proceed();
            return;
        }
        Secret token = adminToken.read().orElse(null);
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

    private static void refuse(RoutingResponse response, Status status, String error, String description) {
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(ErrorReport.of(error, description).toJson());
    }
}
