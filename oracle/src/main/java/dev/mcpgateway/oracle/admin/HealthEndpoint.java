package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** {@code GET /health}, {@code /health/ready} and {@code /health/live}. */
public final class HealthEndpoint {
    private static final Logger LOGGER = System.getLogger(HealthEndpoint.class.getName());
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final Store store;

    public HealthEndpoint(Store store) {
        this.store = store;
    }

    /** This process and what it needs: 200 {@code {"status":"healthy"}}, or 503 with what is missing. */
    public void health(ServerResponse response) {
        try {
            store.check();
            send(response, Status.OK_200, "{\"status\":\"healthy\"}");
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "unhealthy: " + e.getMessage());
            send(
                    response,
                    Status.SERVICE_UNAVAILABLE_503,
                    Json.createObjectBuilder()
                            .add("status", "unhealthy")
                            .add("detail", "the store does not answer")
                            .build()
                            .toString());
        }
    }

    /** This process alone: whoever reads the answer knows that it runs. */
    public void live(ServerResponse response) {
        send(response, Status.OK_200, "{\"status\":\"live\"}");
    }

    private static void send(ServerResponse response, Status status, String json) {
        response.status(status)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(json);
    }
}
