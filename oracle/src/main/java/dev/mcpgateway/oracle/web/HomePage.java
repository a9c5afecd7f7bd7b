package dev.mcpgateway.oracle.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.jstach.jstache.JStache;
import java.util.List;

/** {@code GET /}: what is here and how to connect. */
@JStache(path = "home")
public record HomePage(List<ServiceEntry> services) implements Page, HttpService {
    public HomePage {
        services = List.copyOf(services);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (_, response) -> send(response, Status.OK_200));
    }

    @Override
    public String html() {
        return HomePageRenderer.of().execute(this);
    }
}
