package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import dev.mcpgateway.oracle.identity.Profile;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which tools of a service may be called, and by whom. Without rules all of them, by everybody. */
public record ToolRules(List<Rule> rules) {
    /** Of services whose operator has said nothing. */
    public static final ToolRules NONE = new ToolRules(List.of());

    /**
     * What some may call, and what not.
     *
     * @param users to whom it applies; together with no clients, to everybody
     * @param clients to whose users it applies as well
     * @param allow null if nothing is said about what may be called
     */
    public record Rule(
            AccessPolicy users,
            List<String> clients,
            @Nullable List<NamePattern> allow,
            List<NamePattern> deny) {
        public Rule {
            clients = List.copyOf(clients);
            allow = allow == null ? null : List.copyOf(allow);
            deny = List.copyOf(deny);
        }

        private boolean appliesTo(Profile user, String clientId) {
            boolean toEverybody = users.rules().isEmpty() && clients.isEmpty();
            return toEverybody || users.admits(user) || clients.contains(clientId);
        }

        private boolean denies(String tool) {
            return deny.stream().anyMatch(pattern -> pattern.matches(tool));
        }
    }

    /** The name of a tool, or, with {@code *} at its end, whatever begins like it. Letter case matters. */
    public record NamePattern(String text) {
        private static final Pattern ACCEPTED = Pattern.compile("[^*\\s]{0,200}\\*?");

        public static boolean isAccepted(String text) {
            return !text.isEmpty() && ACCEPTED.matcher(text).matches();
        }

        boolean matches(String tool) {
            return text.endsWith("*") ? tool.startsWith(text.substring(0, text.length() - 1)) : tool.equals(text);
        }
    }

    public ToolRules {
        rules = List.copyOf(rules);
    }

    /** What the rules want to know of people. */
    public Set<String> facts() {
        return rules.stream().flatMap(rule -> rule.users().facts().stream()).collect(Collectors.toUnmodifiableSet());
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * Whether the tool may be called: no rule for this user or client denies it, and if any of them says what is
     * allowed, one allows it.
     */
    public boolean permit(Profile user, String clientId, String tool) {
        List<Rule> applicable =
                rules.stream().filter(rule -> rule.appliesTo(user, clientId)).toList();
        if (applicable.stream().anyMatch(rule -> rule.denies(tool))) {
            return false;
        }
        List<List<NamePattern>> allowed =
                applicable.stream().map(Rule::allow).filter(Objects::nonNull).toList();
        return allowed.isEmpty() || allowed.stream().flatMap(List::stream).anyMatch(pattern -> pattern.matches(tool));
    }
}
