package dev.mcpgateway.oracle.identity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of an {@code allow} list. */
public sealed interface AccessRule {
    /** What may be written, in words. */
    String ACCEPTED = "* (everybody), github:LOGIN, a bare LOGIN of GitHub, github-id:NUMBER, local:NAME,"
            + " or client:ID (a client of gateway.yaml, for itself)";

    /** {@code client:nightly}: a client of the operator that acts for itself. */
    record ServiceAccount(String clientId) implements AccessRule {}

    /** {@code *}: whoever can sign in at all; clients cannot. */
    record Everybody() implements AccessRule {}

    /** {@code github:alice} or {@code alice}; letter case does not matter. */
    record GithubUser(String login) implements AccessRule {}

    /** {@code github-id:4711}: the account, whatever its login is by now. */
    record GithubAccount(String id) implements AccessRule {}

    /** {@code local:alice}; letter case does not matter. */
    record LocalUser(String name) implements AccessRule {}

    /** @return empty if the text is none of {@link #ACCEPTED} */
    static Optional<AccessRule> parse(String text) {
        String rule = text.strip();
        if (rule.equals("*")) {
            return Optional.of(new Everybody());
        }
        Matcher parts = Grammar.RULE.matcher(rule);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String name = parts.group("name");
        return switch (parts.group("kind")) {
            case null -> Grammar.githubLogin(name).map(GithubUser::new);
            case "github" -> Grammar.githubLogin(name).map(GithubUser::new);
            case "github-id" -> Optional.of(name).filter(Grammar::isGithubId).map(GithubAccount::new);
            case "local" -> Optional.of(new LocalUser(name));
            case "client" -> Optional.of(new ServiceAccount(name));
            default -> Optional.empty();
        };
    }

    default boolean admits(User user) {
        return switch (this) {
            case Everybody() -> !user.isClient();
            case ServiceAccount(var clientId) -> user.equals(User.ofClient(clientId, user.name()));
            case GithubUser(var login) -> Grammar.isGithubId(user.id()) && login.equalsIgnoreCase(user.name());
            case GithubAccount(var id) -> id.equals(user.id());
            case LocalUser(var name) -> ("local:" + name).equalsIgnoreCase(user.id());
        };
    }

    /** How rules are spelled. */
    final class Grammar {
        private static final Pattern RULE =
                Pattern.compile("(?:(?<kind>[a-z-]{1,16}):)?(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,63})");
        private static final Pattern GITHUB_LOGIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
        private static final Pattern GITHUB_ID = Pattern.compile("[0-9]{1,20}");

        private Grammar() {}

        private static Optional<String> githubLogin(String name) {
            return Optional.of(name).filter(GITHUB_LOGIN.asMatchPredicate());
        }

        private static boolean isGithubId(String id) {
            return GITHUB_ID.matcher(id).matches();
        }
    }
}
