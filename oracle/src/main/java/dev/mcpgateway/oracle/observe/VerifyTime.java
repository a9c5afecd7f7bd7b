package dev.mcpgateway.oracle.observe;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/** Measures how long answers of {@code /verify} take, refusals and failures included. */
public final class VerifyTime implements Filter {
    private final Metrics metrics;

    public VerifyTime(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (request.path().path().equals("/verify")) {
            long start = System.nanoTime();
            response.whenSent(() -> metrics.verified(response.status().code(), System.nanoTime() - start));
        }
        chain.proceed();
    }
}
