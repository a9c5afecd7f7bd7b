package dev.mcpgateway.oracle.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    private final Problems problems = new Problems();

    private AccessPolicy policy(String... rules) {
        return AccessPolicy.parse(List.of(rules), "ALLOWED_GITHUB_USERS", problems);
    }

    @ParameterizedTest
    @CsvSource({
        "*, 4711, alice",
        "*, local:bob, bob",
        "alice, 4711, alice",
        "github:alice, 4711, alice",
        "github:ALICE, 4711, alice",
        "alice, 4711, Alice",
        "github-id:4711, 4711, renamed",
        "local:bob, local:bob, bob",
        "local:Bob, local:bob, Somebody",
        "  alice  , 4711, alice"
    })
    void admitsWhomARuleNames(String rule, String id, String name) {
        assertThat(policy(rule).admits(new User(id, name))).isTrue();
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, 4711, alice2",
        "alice, local:alice, alice",
        "github:alice, local:alice, alice",
        "github:alice, oidc:corp:1, alice",
        "github-id:4711, 471, alice",
        "github-id:4711, local:4711, 4711",
        "local:bob, 4711, bob",
        "local:bob, 4711, local:bob",
        "local:bob, local:bobby, bob"
    })
    void admitsNobodyElse(String rule, String id, String name) {
        assertThat(policy(rule).admits(new User(id, name))).isFalse();
    }

    @Test
    void admitsNobodyWithoutRules() {
        assertThat(policy().admits(new User("4711", "alice"))).isFalse();
        assertThat(policy().admitsEverybody()).isFalse();
    }

    @Test
    void asksEveryRule() {
        assertThat(policy("bob", "alice").admits(new User("4711", "alice"))).isTrue();
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
                "ali\u0441e"
            })
    void reportsARuleThatItDoesNotUnderstandAndAdmitsNobodyByIt(String rule) {
        AccessPolicy policy = policy(rule);

        assertThat(policy.rules()).isEmpty();
        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("ALLOWED_GITHUB_USERS: the rule '" + rule + "'", "accepted is * (everybody), github:LOGIN");
    }
}
