package dev.mcpgateway.oracle.identity;

/**
 * Somebody an identity provider vouches for, or a client of the operator that acts for itself.
 *
 * @param id stable and unique: the bare number for GitHub, {@code local:alice} for the local sign-in,
 *     {@code client:nightly} for a client
 * @param name for display; not unique among providers
 */
public record User(String id, String name) {
    private static final String CLIENT = "client:";

    public User {
        if (id.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException("a user has an id and a name");
        }
    }

    /** A client that acts for itself. */
    public static User ofClient(String clientId, String name) {
        return new User(CLIENT + clientId, name);
    }

    /** Whether it is a client that acts for itself. */
    public boolean isClient() {
        return id.startsWith(CLIENT);
    }
}
