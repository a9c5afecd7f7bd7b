package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What compose/.env.example and compose/compose.yaml name is in the table of settings. */
class EnvExampleTest {
    private static final Path COMPOSE = Path.of("../compose");
    private static final List<String> SEVEN = List.of(
            "BASE_DOMAIN",
            "ACME_EMAIL",
            "GITHUB_CLIENT_ID",
            "GITHUB_CLIENT_SECRET",
            "GATEWAY_JWT_SECRET",
            "REDIS_PASSWORD",
            "ALLOWED_GITHUB_USERS");

    @Test
    void theExampleNamesTheSevenAndKnownSettingsAlone() throws IOException {
        Set<String> named = find(".env.example", "(?m)^#?([A-Z][A-Z0-9_]*)=");

        assertThat(named).containsAll(SEVEN);
        assertThat(named)
                .allSatisfy(name -> assertThat(KnownSettings.byName(name)).isPresent());
    }

    @Test
    void whatTheExampleNamesReachesAService() throws IOException {
        assertThat(find("compose.yaml", "(?m)^      ([A-Z][A-Z0-9_]*): "))
                .containsAll(find(".env.example", "(?m)^#?([A-Z][A-Z0-9_]*)="));
    }

    private static Set<String> find(String file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(COMPOSE.resolve(file)))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
