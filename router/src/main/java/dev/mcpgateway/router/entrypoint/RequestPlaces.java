package dev.mcpgateway.router.entrypoint;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the requests that are served at once. Over HTTP/2 a connection carries many, so one client is bounded too,
 * else a few of its connections would take every place. Thread safe.
 */
final class RequestPlaces {
    private final int places;
    private final int placesPerClient;
    private final AtomicInteger taken = new AtomicInteger();
    private final Map<ClientNetwork, Integer> takenBy = new ConcurrentHashMap<>();

    RequestPlaces(int places, int placesPerClient) {
        this.places = places;
        this.placesPerClient = placesPerClient;
    }

    /** Takes a place; false if there is none. */
    boolean enter(ClientNetwork client) {
        int all = taken.incrementAndGet();
        int ofClient = takenBy.merge(client, 1, Integer::sum);
        if (all <= places && ofClient <= placesPerClient) {
            return true;
        }
        leave(client);
        return false;
    }

    /** Gives the place back. */
    void leave(ClientNetwork client) {
        takenBy.computeIfPresent(client, (_, count) -> count > 1 ? count - 1 : null);
        taken.decrementAndGet();
    }
}
