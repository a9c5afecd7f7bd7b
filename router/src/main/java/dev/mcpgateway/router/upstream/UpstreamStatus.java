package dev.mcpgateway.router.upstream;

import java.util.List;

/**
 * How an upstream is, at one moment.
 *
 * @param name the service's name
 * @param url as written, the first if there are several
 * @param waiting requests that wait for a place at an endpoint
 * @param lookUpProblem why the addresses behind a name may be out of date; empty if they are not
 */
public record UpstreamStatus(
        String name, String url, List<EndpointStatus> endpoints, int waiting, String lookUpProblem) {
    public UpstreamStatus {
        endpoints = List.copyOf(endpoints);
    }
}
