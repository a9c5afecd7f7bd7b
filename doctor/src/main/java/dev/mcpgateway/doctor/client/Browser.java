package dev.mcpgateway.doctor.client;

import java.net.URI;

/** Whoever opens the page of sign-in and consent: a person, as a rule. */
@FunctionalInterface
public interface Browser {
    void open(String client, URI page);
}
