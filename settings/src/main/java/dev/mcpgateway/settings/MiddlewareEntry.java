package dev.mcpgateway.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a middleware is to do, as it was written. Its reader reports what cannot be. */
public sealed interface MiddlewareEntry {
    /** Header fields that are set or removed, by name. */
    record Headers(
            Map<String, String> setOnRequests,
            List<String> removeFromRequests,
            Map<String, String> setOnAnswers,
            List<String> removeFromAnswers)
            implements MiddlewareEntry {
        public Headers {
            setOnRequests = new LinkedHashMap<>(setOnRequests);
            removeFromRequests = List.copyOf(removeFromRequests);
            setOnAnswers = new LinkedHashMap<>(setOnAnswers);
            removeFromAnswers = List.copyOf(removeFromAnswers);
        }
    }

    /** @param origins whose scripts may send requests and read the answers */
    record Cors(List<String> origins) implements MiddlewareEntry {
        public Cors {
            origins = List.copyOf(origins);
        }
    }

    /**
     * How many requests each client may send.
     *
     * @param burst that may come at once
     * @param byIdentity whether a client is who verify says it is, instead of its network
     */
    record RateLimit(Rate average, int burst, boolean byIdentity) implements MiddlewareEntry {}

    /** The largest body of a request. */
    record BodyLimit(int bytes) implements MiddlewareEntry {}

    /** @param networks whose clients are let in */
    record IpAllowList(List<String> networks) implements MiddlewareEntry {
        public IpAllowList {
            networks = List.copyOf(networks);
        }
    }

    /** @param authorities a file of those whose certificates are let in, as PEM */
    record ClientCertificate(Path authorities) implements MiddlewareEntry {}

    /**
     * Sends clients somewhere else.
     *
     * @param regex looked for in the whole URL
     * @param replacement the URL that the client is sent to, with {@code $1} or {@code ${1}} for groups
     */
    record Redirect(String regex, String replacement, boolean permanent) implements MiddlewareEntry {}
}
