package dev.mcpgateway.router.route;

import dev.mcpgateway.router.upstream.Upstream;

/** What happens to the requests of a route. */
public sealed interface Destination {
    /** The name of the service behind it: {@code oracle} for the authorization server, empty for none. */
    String service();

    /** Not reachable from outside: 404. */
    record Nowhere() implements Destination {
        @Override
        public String service() {
            return "";
        }
    }

    /**
     * To the authorization server, which guards itself.
     *
     * @param scripts whose scripts may read the answers
     */
    record Public(Upstream upstream, Origins scripts) implements Destination {
        @Override
        public String service() {
            return "oracle";
        }
    }

    /**
     * To a service, once verify has allowed the request.
     *
     * @param prefix of the public path; it is replaced by the upstream's path
     * @param origins whose scripts may send requests and read the answers; others are refused
     */
    record Guarded(String service, Upstream upstream, String prefix, Origins origins) implements Destination {}
}
