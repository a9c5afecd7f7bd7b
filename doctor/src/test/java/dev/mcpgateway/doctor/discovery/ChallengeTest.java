package dev.mcpgateway.doctor.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void readsParameters() {
        assertThat(Challenge.parse("Bearer realm=\"a, b\", scope=\"x y\" , Error=invalid_token"))
                .contains(new Challenge(Map.of("realm", "a, b", "scope", "x y", "error", "invalid_token")));
        assertThat(Challenge.parse("bearer resource_metadata=\"https://a/\\\"b\""))
                .contains(new Challenge(Map.of("resource_metadata", "https://a/\"b")));
    }

    @Test
    void findsItAmongOthers() {
        assertThat(Challenge.parse("Basic realm=\"x\", Bearer scope=\"mcp\""))
                .contains(new Challenge(Map.of("scope", "mcp")));
        assertThat(Challenge.parse("Bearer")).contains(new Challenge(Map.of()));
        assertThat(Challenge.parse("Basic realm=\"Bearer\"")).isEmpty();
        assertThat(Challenge.parse("")).isEmpty();
        assertThat(Challenge.parse("Bearer a=\"" + "\\\"".repeat(100_000) + "\""))
                .isEmpty();
    }
}
