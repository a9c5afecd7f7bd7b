package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.middleware.Origins;
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
     * @param prefix of the public path; it is replaced by the upstream's path. Another path goes on as it is
     * @param origins whose scripts may send requests and read the answers; others are refused
     */
    record Guarded(String service, Upstream upstream, String prefix, Origins origins) implements Destination {
        public String target(RequestTarget target) {
            return Destination.target(target, upstream, prefix);
        }
    }

    /** To a service that anybody may use, because {@code auth: none} was written. No identity goes with it. */
    record Open(String service, Upstream upstream, String prefix, Origins origins) implements Destination {
        public String target(RequestTarget target) {
            return Destination.target(target, upstream, prefix);
        }
    }

    private static String target(RequestTarget target, Upstream upstream, String prefix) {
        return RouteMatcher.isPrefix(prefix, target.path())
                ? upstream.target(target.raw().substring(prefix.length()))
                : target.raw();
    }
}
