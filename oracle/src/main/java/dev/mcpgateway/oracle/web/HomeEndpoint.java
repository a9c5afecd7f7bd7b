package dev.mcpgateway.oracle.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /}: what is here and how to connect. */
public final class HomeEndpoint implements HttpService {
    private final Supplier<List<ServiceEntry>> services;

    /** @param services those that there are at the moment */
    public HomeEndpoint(Supplier<List<ServiceEntry>> services) {
        this.services = services;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (_, response) -> new HomePage(services.get()).send(response, Status.OK_200));
    }
}
