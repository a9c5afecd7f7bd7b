package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;
import java.util.List;

/**
 * Asks with which provider to sign in. Its form is posted to {@code /consent} once more, with the id of the chosen one
 * beside what was posted before.
 *
 * @param providers at least two
 * @param sealedRequest as on the {@link ConsentPage}
 * @param resource that was chosen there; empty if the request names it
 */
@JStache(path = "provider")
public record ProviderPage(Language language, List<Provider> providers, String sealedRequest, String resource)
        implements Page {
    public ProviderPage {
        providers = List.copyOf(providers);
    }

    @Override
    public String html() {
        return ProviderPageRenderer.of().execute(this);
    }

    List<SignInPage.Choice> choices() {
        return SignInPage.choices(providers, language);
    }

    boolean hasResource() {
        return !resource.isEmpty();
    }
}
