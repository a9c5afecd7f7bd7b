package dev.mcpgateway.oracle.identity;

import java.util.Optional;

/** One line of an {@code allow} list, as {@link RuleReader} reads it. */
public sealed interface AccessRule {
    /** {@code client:nightly}: a client of the operator that acts for itself. */
    record ServiceAccount(String clientId) implements AccessRule {}

    /** {@code *}: whoever can sign in at all; clients cannot. */
    record Everybody() implements AccessRule {}

    /** {@code github-id:4711}: the account, whatever its login is by now. */
    record GithubAccount(String id) implements AccessRule {}

    /** {@code local:alice}; letter case does not matter. */
    record LocalUser(String name) implements AccessRule {}

    /** {@code oidc:company:a1b2}: the account at this provider; letter case matters. */
    record OidcAccount(String id) implements AccessRule {}

    /**
     * Whoever a {@linkplain Profile#facts() fact} is known of: {@code github:alice}, {@code github-org:acme},
     * {@code oidc-domain:company:example.com}.
     */
    record Known(String text) implements AccessRule {}

    /** What must be known of somebody for the rule to admit them; empty if their id is enough. */
    default Optional<String> fact() {
        return this instanceof Known(var text) ? Optional.of(text) : Optional.empty();
    }

    /** As it is written in the list. */
    default String text() {
        return switch (this) {
            case Everybody() -> "*";
            case ServiceAccount(var clientId) -> "client:" + clientId;
            case GithubAccount(var id) -> "github-id:" + id;
            case LocalUser(var name) -> "local:" + name;
            case OidcAccount(var id) -> id;
            case Known(var text) -> text;
        };
    }

    default boolean admits(Profile profile) {
        User user = profile.user();
        return switch (this) {
            case Everybody() -> !user.isClient();
            case ServiceAccount(var clientId) -> user.equals(User.ofClient(clientId, user.name()));
            case GithubAccount(var id) -> id.equals(user.id());
            case LocalUser(var name) -> ("local:" + name).equalsIgnoreCase(user.id());
            case OidcAccount(var id) -> id.equals(user.id());
            case Known(var text) -> profile.facts().contains(text);
        };
    }
}
