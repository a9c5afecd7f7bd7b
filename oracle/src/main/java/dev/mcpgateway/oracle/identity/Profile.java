package dev.mcpgateway.oracle.identity;

import java.util.Set;

/**
 * Somebody as rules see them.
 *
 * @param facts what was found out about them, each spelled like the rule that it satisfies, in lower case where letter
 *     case does not matter: {@code github:alice}, {@code github-team:acme/platform}, {@code oidc-group:company:Ops}
 */
public record Profile(User user, Set<String> facts) {
    public Profile {
        facts = Set.copyOf(facts);
    }

    /** Somebody of whom nothing more is known. */
    public static Profile of(User user) {
        return new Profile(user, Set.of());
    }
}
