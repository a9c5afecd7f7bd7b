package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;
import java.util.List;

/**
 * Asks with which provider to sign in. Its form is posted to {@code /consent} once more, with {@code provider} beside
 * what was posted before.
 *
 * @param sealedRequest as on the {@link ConsentPage}
 * @param resource that was chosen there; empty if the request names it
 */
@JStache(path = "provider")
public record ProviderPage(List<Choice> choices, String sealedRequest, String resource) implements Page {
    /** @param id of the provider, unreadable for people */
    public record Choice(String id, String name) {}

    public ProviderPage {
        choices = List.copyOf(choices);
    }

    @Override
    public String html() {
        return ProviderPageRenderer.of().execute(this);
    }

    boolean hasResource() {
        return !resource.isEmpty();
    }
}
