package dev.mcpgateway.oracle.limit;

import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.protocol.OAuthException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;

/**
 * The outer bound on what one network may ask for, wide enough for all users of a hosted client. What costs nothing,
 * and what the router asks on behalf of everybody, does not count.
 */
public final class NetworkLimit implements Filter {
    private static final List<String> FREE = List.of("/.well-known/", "/jwks", "/verify", "/health", "/style");

    private final Forwarding forwarding;
    private final RateLimit limit;

    public NetworkLimit(Forwarding forwarding, RateLimit limit) {
        this.forwarding = forwarding;
        this.limit = limit;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.path().path();
        if (FREE.stream().noneMatch(path::startsWith)) {
            limit.acquire(forwarding.network(request)).ifPresent(wait -> {
                throw OAuthException.tooMany("requests from this network", wait);
            });
        }
        chain.proceed();
    }
}
