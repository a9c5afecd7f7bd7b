package dev.mcpgateway.oracle.identity;

/**
 * Somebody an identity provider vouches for.
 *
 * @param id stable and unique: the bare number for GitHub, {@code local:alice} for the local sign-in
 * @param name for display; not unique among providers
 */
public record User(String id, String name) {
    public User {
        if (id.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException("a user has an id and a name");
        }
    }
}
