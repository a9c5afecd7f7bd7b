package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.upstream.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether the router can do its work: certificates for its hosts, and somebody who listens where verify is.
 *
 * @param verify asked for a connection each time
 */
public record Readiness(BooleanSupplier certificates, Endpoint verify) {
    private static final int CONNECT_TIMEOUT_MILLIS = 1000;

    /** Each condition by name, in a fixed order. */
    Map<String, Boolean> conditions() {
        Map<String, Boolean> conditions = new LinkedHashMap<>();
        conditions.put("certificates", certificates.getAsBoolean());
        conditions.put("verify", isListening(verify));
        return conditions;
    }

    private static boolean isListening(Endpoint endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_TIMEOUT_MILLIS);
            return true;
        } catch (IOException _) {
            return false; // that is the answer
        }
    }
}
