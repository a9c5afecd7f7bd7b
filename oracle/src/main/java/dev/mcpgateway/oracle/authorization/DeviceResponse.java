package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.web.DonePage;
import dev.mcpgateway.oracle.web.Message;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Tells a person what became of their device, which learns it by itself.
 *
 * @param detail in English; empty for none
 */
record DeviceResponse(boolean connected, Message message, String detail) implements AuthorizationResponse {
    @Override
    public void send(ServerRequest request, ServerResponse response) {
        Message title = Message.of(connected ? "done_connected" : "done_not_connected");
        new DonePage(Language.of(request), connected, title, message, detail).send(response, Status.OK_200);
    }

    @Override
    public void sendPage(ServerRequest request, ServerResponse response) {
        send(request, response);
    }
}
