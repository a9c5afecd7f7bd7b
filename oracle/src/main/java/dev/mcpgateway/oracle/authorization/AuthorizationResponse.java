package dev.mcpgateway.oracle.authorization;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** What the browser is answered when an authorization request has come to its end. */
sealed interface AuthorizationResponse permits RedirectResponse, DeviceResponse {
    /** Answers a GET. */
    void send(ServerRequest request, ServerResponse response);

    /** Answers a form. */
    void sendPage(ServerRequest request, ServerResponse response);
}
