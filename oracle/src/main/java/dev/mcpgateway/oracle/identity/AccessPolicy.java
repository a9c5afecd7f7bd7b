package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.settings.Problems;
import java.util.ArrayList;
import java.util.List;

/** Who may use a service: whoever one of the rules admits. No rules admit nobody. */
public record AccessPolicy(List<AccessRule> rules) {
    public AccessPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * Reads rules as written; those that are not understood are reported and admit nobody.
     *
     * @param origin where they were written, such as {@code ALLOWED_GITHUB_USERS}, for the report
     */
    public static AccessPolicy parse(List<String> written, String origin, Problems problems) {
        List<AccessRule> rules = new ArrayList<>();
        for (String text : written) {
            AccessRule.parse(text)
                    .ifPresentOrElse(
                            rules::add,
                            () -> problems.add("%s: the rule '%s' is not accepted: accepted is %s"
                                    .formatted(origin, text, AccessRule.ACCEPTED)));
        }
        return new AccessPolicy(rules);
    }

    public boolean admits(User user) {
        return rules.stream().anyMatch(rule -> rule.admits(user));
    }

    /** Whether anybody who can sign in may use the service. */
    public boolean admitsEverybody() {
        return rules.contains(new AccessRule.Everybody());
    }
}
