package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.settings.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads rules as they were written. Those that are not understood are reported and admit nobody. */
public final class RuleReader {
    private static final String ACCEPTED = "* (everybody), github:LOGIN, a bare LOGIN of GitHub, github-id:NUMBER,"
            + " github-org:ORGANISATION, github-team:ORGANISATION/TEAM, oidc:PROVIDER:SUB,"
            + " oidc-email:PROVIDER:ADDRESS, oidc-domain:PROVIDER:DOMAIN, oidc-group:PROVIDER:GROUP, local:NAME,"
            + " group:NAME (rules under groups in gateway.yaml),"
            + " or client:ID (a client of gateway.yaml, for itself)";
    private static final String GROUP = "group:";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern GITHUB_LOGIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern GITHUB_ID = Pattern.compile("[0-9]{1,20}");
    private static final Pattern GITHUB_TEAM = Pattern.compile(GITHUB_LOGIN + "/[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern SUB = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern EMAIL = Pattern.compile("[\\x21-\\x3f\\x41-\\x7e]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern OIDC_GROUP = Pattern.compile("\\P{Cntrl}{1,256}");

    private final Map<String, List<String>> groups;
    private final Set<String> oidcProviders;
    private final Problems problems;

    /**
     * A reader for one file.
     *
     * @param groups rules by the name under which they are used again
     * @param oidcProviders names of OpenID providers
     */
    public RuleReader(Map<String, List<String>> groups, Set<String> oidcProviders, Problems problems) {
        this.groups = Map.copyOf(groups);
        this.oidcProviders = Set.copyOf(oidcProviders);
        this.problems = problems;
    }

    /**
     * Reads the rules of one place.
     *
     * @param origin where they were written, such as {@code ALLOWED_GITHUB_USERS}, for the report
     */
    public AccessPolicy policy(List<String> written, String origin) {
        return new AccessPolicy(expand(written, origin).stream()
                .flatMap(text -> read(text, origin).stream())
                .distinct()
                .toList());
    }

    /** The rules with those of a group instead of its name. */
    public List<String> expand(List<String> written, String origin) {
        return written.stream()
                .map(String::strip)
                .flatMap(text ->
                        text.startsWith(GROUP) ? group(text.substring(GROUP.length()), origin) : Stream.of(text))
                .toList();
    }

    private Stream<String> group(String name, String origin) {
        List<String> rules = groups.get(name);
        if (rules == null) {
            problems.add("%s: there is no group '%s'; %s".formatted(origin, name, existing("groups", groups.keySet())));
            return Stream.empty();
        }
        return rules.stream().map(String::strip).filter(rule -> {
            boolean nested = rule.startsWith(GROUP);
            if (nested) {
                problems.add(
                        "groups.%s: '%s' is not accepted: a group holds rules, no other groups".formatted(name, rule));
            }
            return !nested;
        });
    }

    private Optional<AccessRule> read(String text, String origin) {
        if (text.equals("*")) {
            return Optional.of(new AccessRule.Everybody());
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "github" : text.substring(0, colon);
        String name = text.substring(colon + 1);
        Optional<AccessRule> rule = kind.startsWith("oidc") ? oidcRule(kind, name, origin) : plainRule(kind, name);
        if (rule.isEmpty()) {
            problems.add("%s: the rule '%s' is not accepted: accepted is %s".formatted(origin, text, ACCEPTED));
        }
        return rule;
    }

    private static Optional<AccessRule> plainRule(String kind, String name) {
        return switch (kind) {
            case "github" -> known(kind + ":", name, GITHUB_LOGIN);
            case "github-org" -> known(kind + ":", name, GITHUB_LOGIN);
            case "github-team" -> known(kind + ":", name, GITHUB_TEAM);
            case "github-id" -> matching(name, GITHUB_ID, AccessRule.GithubAccount::new);
            case "local" -> matching(name, NAME, AccessRule.LocalUser::new);
            case "client" -> matching(name, NAME, AccessRule.ServiceAccount::new);
            default -> Optional.empty();
        };
    }

    private Optional<AccessRule> oidcRule(String kind, String providerAndName, String origin) {
        int colon = providerAndName.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String provider = providerAndName.substring(0, colon);
        String name = providerAndName.substring(colon + 1);
        String prefix = kind + ":" + provider + ":";
        Optional<AccessRule> rule = switch (kind) {
            case "oidc" -> matching(name, SUB, sub -> new AccessRule.OidcAccount(prefix + sub));
            case "oidc-email" -> known(prefix, name, EMAIL);
            case "oidc-domain" -> known(prefix, name, DOMAIN);
            case "oidc-group" -> matching(name, OIDC_GROUP, group -> new AccessRule.Known(prefix + group));
            default -> Optional.empty();
        };
        if (rule.isPresent() && !oidcProviders.contains(provider)) {
            problems.add("%s: the rule '%s%s' names no provider; %s"
                    .formatted(origin, prefix, name, existing("providers under oidc", oidcProviders)));
        }
        return rule;
    }

    /** A fact in which letter case does not matter. */
    private static Optional<AccessRule> known(String prefix, String name, Pattern accepted) {
        return matching(name, accepted, text -> new AccessRule.Known(prefix + AsciiCase.lower(text)));
    }

    private static Optional<AccessRule> matching(String name, Pattern accepted, Function<String, AccessRule> rule) {
        return Optional.of(name).filter(accepted.asMatchPredicate()).map(rule);
    }

    private static String existing(String what, Set<String> names) {
        return names.isEmpty()
                ? "gateway.yaml has no " + what
                : "gateway.yaml has the %s %s".formatted(what, String.join(", ", new TreeSet<>(names)));
    }
}
