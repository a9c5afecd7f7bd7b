package dev.mcpgateway.oracle.identity;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may use a service: whoever one of the rules admits. No rules admit nobody. */
public record AccessPolicy(List<AccessRule> rules) {
    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    public boolean admits(Profile profile) {
        return rules.stream().anyMatch(rule -> rule.admits(profile));
    }

    /** Whether anybody who can sign in may use the service. */
    public boolean admitsEverybody() {
        return rules.contains(new AccessRule.Everybody());
    }

    /** What the rules want to know of people. */
    public Set<String> facts() {
        return rules.stream().flatMap(rule -> rule.fact().stream()).collect(Collectors.toUnmodifiableSet());
    }
}
