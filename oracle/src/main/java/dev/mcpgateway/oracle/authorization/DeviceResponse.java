package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.web.DonePage;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

/** Tells a person what became of their device, which learns it by itself. */
record DeviceResponse(String headline, String text) implements AuthorizationResponse {
    @Override
    public void send(ServerResponse response) {
        new DonePage(headline, text).send(response, Status.OK_200);
    }

    @Override
    public void sendPage(ServerResponse response) {
        send(response);
    }
}
