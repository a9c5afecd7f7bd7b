package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.GithubApi.Membership;
import dev.mcpgateway.settings.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The memberships of one user that rules name, and no others: each organisation is asked for by its name, its teams if
 * the user is in it. So nothing has to be listed, nested teams count, and a refusal says which organisation it is
 * about.
 */
final class GithubMemberships {
    private static final String ORGANISATION = "github-org:";
    private static final String TEAM = "github-team:";

    private final GithubApi github;
    private final URI url;
    private final User user;
    private final Secret token;
    private final Set<String> facts = new HashSet<>();
    private final List<String> obstacles = new ArrayList<>();

    private GithubMemberships(GithubApi github, URI url, User user, Secret token) {
        this.github = github;
        this.url = url;
        this.user = user;
        this.token = token;
    }

    /** Whether any of the facts is a membership. */
    static boolean areIn(Set<String> wanted) {
        return wanted.stream().anyMatch(fact -> fact.startsWith(ORGANISATION) || fact.startsWith(TEAM));
    }

    /**
     * Asks about the memberships.
     *
     * @param url where people see GitHub
     * @param wanted facts as rules spell them; other kinds are passed over
     */
    static Identification ask(GithubApi github, URI url, User user, Secret token, Set<String> wanted)
            throws SignInException {
        GithubMemberships memberships = new GithubMemberships(github, url, user, token);
        for (String organisation : organisations(wanted)) {
            memberships.ask(organisation, wanted);
        }
        return new Identification(new Profile(user, memberships.facts), token.reveal(), memberships.obstacles);
    }

    private static Set<String> organisations(Set<String> wanted) {
        Set<String> organisations = new TreeSet<>();
        for (String fact : wanted) {
            if (fact.startsWith(ORGANISATION)) {
                organisations.add(fact.substring(ORGANISATION.length()));
            } else if (fact.startsWith(TEAM)) {
                organisations.add(fact.substring(TEAM.length(), fact.indexOf('/')));
            }
        }
        return organisations;
    }

    private void ask(String organisation, Set<String> wanted) throws SignInException {
        if (!isMember(organisation, github.organisation(organisation, token))) {
            return;
        }
        facts.add(ORGANISATION + organisation);
        String prefix = TEAM + organisation + "/";
        for (String fact : new TreeSet<>(wanted)) {
            if (fact.startsWith(prefix)
                    && isMember(
                            organisation,
                            github.team(organisation, fact.substring(prefix.length()), user.name(), token))) {
                facts.add(fact);
            }
        }
    }

    private boolean isMember(String organisation, Membership membership) {
        return switch (membership) {
            case Membership.Active() -> true;
            case Membership.None() -> false;
            case Membership.Pending() -> {
                obstacles.add("accept the invitation of %s at %s/orgs/%s/invitation, then connect again"
                        .formatted(organisation, url, organisation));
                yield false;
            }
            case Membership.SignOnRequired(var signOn) -> {
                obstacles.add("%s wants its single sign-on: go through it at %s, then connect again"
                        .formatted(
                                organisation,
                                signOn.isEmpty() ? "%s/orgs/%s/sso".formatted(url, organisation) : signOn));
                yield false;
            }
            case Membership.Restricted() -> {
                obstacles.add(
                        "%s does not let this gateway see its members: one of its owners has to approve the app under Third-party access"
                                .formatted(organisation));
                yield false;
            }
        };
    }
}
