package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/reference/standards.md names a test for whatever it says is done, and the test is there. */
class StandardsReferenceTest {
    private static final Path ROOT = Path.of("..");
    private static final Path REFERENCE = ROOT.resolve("docs/reference/standards.md");
    private static final Pattern CLIENT_TEST = Pattern.compile("`([a-z0-9.-]+\\.mjs)`");
    private static final List<String> STATUSES = List.of("done", "partly", "not done", "router");

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        String reference = Files.readString(REFERENCE);

        List<String> missing = new ArrayList<>(NamedTests.ofAllModules().missingFrom(reference));
        CLIENT_TEST.matcher(reference).results().forEach(test -> {
            if (!Files.exists(Path.of("clients", test.group(1)))) {
                missing.add(test.group());
            }
        });

        assertThat(missing).isEmpty();
    }

    @Test
    void namesATestForEverythingThatIsDone() throws IOException {
        List<String> rows = Files.readAllLines(REFERENCE).stream()
                .filter(line -> line.matches("\\| (\\d+|RFC \\d+|draft|OAuth 2\\.1|OpenID).*"))
                .toList();

        assertThat(rows).hasSizeGreaterThan(59 + 15).allSatisfy(row -> {
            String[] cells = row.split("\\|", -1);
            assertThat(STATUSES).as(row).contains(cells[3].strip());
            boolean hasTest = NamedTests.areIn(row) || CLIENT_TEST.matcher(row).find();
            assertThat(hasTest).as(row).isEqualTo(!cells[3].strip().equals("not done"));
        });
    }
}
