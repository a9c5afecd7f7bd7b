package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;
import java.util.List;

/** {@code GET /}: what is here and how to connect. */
@JStache(path = "home")
public record HomePage(List<ServiceEntry> services) implements Page {
    public HomePage {
        services = List.copyOf(services);
    }

    @Override
    public String html() {
        return HomePageRenderer.of().execute(this);
    }
}
