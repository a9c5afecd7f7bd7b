package dev.mcpgateway.oracle.identity;

import java.util.List;
import java.util.Optional;

/**
 * Where people can sign in.
 *
 * @param all at least one; the first choice first
 */
public record IdentityProviders(List<IdentityProvider> all) {
    public IdentityProviders {
        all = List.copyOf(all);
    }

    public Optional<IdentityProvider> find(String id) {
        return all.stream().filter(provider -> provider.id().equals(id)).findFirst();
    }

    /** The one that there is no choice about; empty if there are several. */
    public Optional<IdentityProvider> only() {
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }
}
