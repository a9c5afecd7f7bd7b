package dev.mcpgateway.oracle.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.Problems;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    private static final Map<String, List<String>> GROUPS =
            Map.of("staff", List.of("github-org:acme", "oidc-group:company:Staff"), "nobody", List.of());
    private static final Set<String> PROVIDERS = Set.of("company", "google");

    private final Problems problems = new Problems();
    private final RuleReader reader = new RuleReader(GROUPS, PROVIDERS, problems);

    private AccessPolicy policy(String... rules) {
        return reader.policy(List.of(rules), "ALLOWED_GITHUB_USERS");
    }

    private static Profile somebody(String id, String name, String... facts) {
        return new Profile(new User(id, name), Set.of(facts));
    }

    @ParameterizedTest
    @CsvSource({
        "*, 4711, alice",
        "*, local:bob, bob",
        "*, oidc:company:a1, bob",
        "github-id:4711, 4711, renamed",
        "local:bob, local:bob, bob",
        "local:Bob, local:bob, Somebody",
        "oidc:company:auth0|A1, oidc:company:auth0|A1, alice"
    })
    void admitsWhomARuleNamesByTheirId(String rule, String id, String name) {
        assertThat(policy(rule).admits(somebody(id, name))).isTrue();
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, github:alice",
        "github:alice, github:alice",
        "github:ALICE, github:alice",
        "'  alice  ', github:alice",
        "github-org:Acme, github-org:acme",
        "github-team:acme/Platform, github-team:acme/platform",
        "oidc-email:company:Alice@Example.com, oidc-email:company:alice@example.com",
        "oidc-domain:google:EXAMPLE.com, oidc-domain:google:example.com",
        "oidc-group:company:/Staff/Night shift, oidc-group:company:/Staff/Night shift",
        "group:staff, github-org:acme",
        "group:staff, oidc-group:company:Staff"
    })
    void admitsWhoeverTheFactIsKnownOf(String rule, String fact) {
        assertThat(policy(rule).admits(somebody("4711", "alice", fact))).isTrue();
        assertThat(policy(rule).admits(somebody("4711", "alice"))).isFalse();
        assertThat(policy(rule).facts()).contains(fact);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "github:alice, github:alice2",
        "github:alice, github-org:alice",
        "github-org:acme, github-org:acme-corp",
        "github-org:acme, github-team:acme/platform",
        "github-org:acme, github:acme",
        "github-team:acme/platform, github-team:acme/platform-2",
        "github-team:acme/platform, github-team:evil/platform",
        "github-team:acme/platform, github-org:acme",
        "oidc-email:company:alice@example.com, oidc-email:google:alice@example.com",
        "oidc-email:company:alice@example.com, oidc-email:company:alice@example.com.evil.example",
        "oidc-domain:company:example.com, oidc-domain:company:sub.example.com",
        "oidc-domain:company:example.com, oidc-domain:company:badexample.com",
        "oidc-group:company:Staff, oidc-group:company:staff",
        "oidc-group:company:Staff, oidc-group:google:Staff",
        "group:nobody, github-org:acme"
    })
    void admitsNobodyOfWhomSomethingElseIsKnown(String rule, String fact) {
        assertThat(policy(rule).admits(somebody("4711", "alice", fact))).isFalse();
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, 4711, alice",
        "github-id:4711, 471, alice",
        "github-id:4711, local:4711, 4711",
        "local:bob, 4711, bob",
        "local:bob, 4711, local:bob",
        "local:bob, local:bobby, bob",
        "oidc:company:a1, oidc:company:A1, a1",
        "oidc:company:a1, oidc:google:a1, a1",
        "oidc:company:a1, a1, oidc:company:a1",
        "*, client:nightly, Nightly"
    })
    void admitsNobodyElse(String rule, String id, String name) {
        assertThat(policy(rule).admits(somebody(id, name))).isFalse();
    }

    @Test
    void admitsNobodyWithoutRules() {
        assertThat(policy().admits(somebody("4711", "alice", "github:alice"))).isFalse();
        assertThat(policy().admitsEverybody()).isFalse();
    }

    @Test
    void asksEveryRule() {
        assertThat(policy("bob", "alice").admits(somebody("4711", "alice", "github:alice")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "**",
                "github:",
                "github:a b",
                "github-id:alice",
                "okta:alice",
                "GITHUB:alice",
                "alice@example.com",
                "-alice",
                "github:al.ice",
                "ali\u0441e",
                "github-org:ac\u212Ae",
                "github-org:acme/platform",
                "github-team:acme",
                "github-team:acme/",
                "github-team:acme/a/b",
                "github-team:acme/..",
                "oidc:company",
                "oidc:company:",
                "oidc:company:a b",
                "oidc-email:company:example.com",
                "oidc-email:company:alice@exam\u0440le.com",
                "oidc-email:company:a@b@example.com",
                "oidc-domain:company:@example.com",
                "oidc-domain:company:*.example.com",
                "oidc-group:company:a\u0000b",
                "oidc-role:company:x"
            })
    void reportsARuleThatItDoesNotUnderstandAndAdmitsNobodyByIt(String rule) {
        AccessPolicy policy = policy(rule);

        assertThat(policy.rules()).isEmpty();
        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("ALLOWED_GITHUB_USERS: the rule '" + rule + "'", "accepted is * (everybody), github:LOGIN");
    }

    @Test
    void namesTheProvidersThatExist() {
        policy("oidc-domain:compagny:example.com");

        assertThat(problems.all())
                .containsExactly("ALLOWED_GITHUB_USERS: the rule 'oidc-domain:compagny:example.com' names no provider;"
                        + " gateway.yaml has the providers under oidc company, google");
    }

    @Test
    void namesTheGroupsThatExist() {
        assertThat(policy("group:stuff").rules()).isEmpty();

        assertThat(problems.all())
                .containsExactly(
                        "ALLOWED_GITHUB_USERS: there is no group 'stuff'; gateway.yaml has the groups nobody, staff");
    }

    @Test
    void takesNoGroupInAGroup() {
        RuleReader nested =
                new RuleReader(Map.of("a", List.of("alice", "group:b"), "b", List.of("bob")), Set.of(), problems);

        AccessPolicy policy = nested.policy(List.of("group:a"), "services.echo.allow");

        assertThat(policy.facts()).containsExactly("github:alice");
        assertThat(problems.all())
                .containsExactly("groups.a: 'group:b' is not accepted: a group holds rules, no other groups");
    }
}
