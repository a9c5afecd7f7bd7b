package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import io.helidon.webserver.http.ServerRequest;

/** Parameters from the body alone: what stands in a URL ends up in logs. */
final class FormOnly {
    private FormOnly() {}

    /** @throws OAuthException {@code invalid_request} if the URL has a query, or the body is no form */
    static Parameters read(ServerRequest request) {
        if (!request.prologue().query().rawValue().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "parameters are accepted in the body only, not in the URL");
        }
        return Parameters.ofForm(request);
    }
}
