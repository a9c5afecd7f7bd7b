package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.upstream.HeaderList;

/** Requests as rules see them. */
final class Views {
    private Views() {}

    /** @param headers name, value, name, value and so on */
    static RequestView get(String host, String pathAndQuery, String... headers) {
        return request("GET", host, pathAndQuery, "192.0.2.7", headers);
    }

    static RequestView request(String method, String host, String pathAndQuery, String address, String... headers) {
        int question = pathAndQuery.indexOf('?');
        String path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
        String query = question < 0 ? "" : pathAndQuery.substring(question);
        return new RequestView(new RequestTarget(method, host, host, -1, path, query), HeaderList.of(headers), address);
    }
}
