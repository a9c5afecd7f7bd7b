package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.web.Provider;
import java.util.List;

/** Identity providers as pages name them, which know nothing else of them. */
final class ProviderOnPage {
    private ProviderOnPage() {}

    static Provider of(IdentityProvider provider) {
        return new Provider(provider.id(), provider.displayName());
    }

    static List<Provider> all(IdentityProviders providers) {
        return providers.all().stream().map(ProviderOnPage::of).toList();
    }
}
