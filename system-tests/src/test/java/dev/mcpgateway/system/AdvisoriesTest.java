package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/security/advisories.md names a test for each advisory of others, or says why it cannot apply or is open. */
class AdvisoriesTest {
    private static final Path PAGE = Modules.ROOT.resolve("docs/security/advisories.md");
    private static final Pattern IDENTIFIER =
            Pattern.compile("CVE-\\d{4}-\\d{4,}|GHSA-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}|[a-z]+/[a-z-]+#\\d+");
    private static final Pattern REASON = Pattern.compile("(Cannot apply|Open): [^ ].{20,}");

    private static List<String[]> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line ->
                        line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| identifier |"))
                .map(line -> line.replace("\\|", "").split("\\|", -1))
                .toList();
    }

    @Test
    void hasATestOrAReasonForEachOfThem() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(50).allSatisfy(row -> {
            assertThat(row).hasSize(5);
            assertThat(row[1].strip().split(", ", -1))
                    .allSatisfy(id -> assertThat(id).matches(IDENTIFIER));
            assertThat(row[2]).isNotBlank();
            assertThat(NamedTests.areIn(row[3])
                            || REASON.matcher(row[3].strip()).matches())
                    .as(row[1])
                    .isTrue();
        });
    }

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        assertThat(NamedTests.ofAllModules().missingFrom(Files.readString(PAGE)))
                .isEmpty();
    }

    @Test
    void listsNoneTwice() throws IOException {
        assertThat(rows().stream()
                        .flatMap(row -> IDENTIFIER.matcher(row[1]).results())
                        .map(MatchResult::group)
                        .toList())
                .doesNotHaveDuplicates();
    }
}
