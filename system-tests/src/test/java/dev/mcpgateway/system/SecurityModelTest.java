package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/security/model.md names tests for each thing that must hold, and they are there. */
class SecurityModelTest {
    private static final Path PAGE = Modules.ROOT.resolve("docs/security/model.md");

    @Test
    void namesATestForEachPromise() throws IOException {
        List<String> promises = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d+\\. .*"))
                .toList();

        assertThat(promises).hasSizeGreaterThanOrEqualTo(12).allMatch(row -> NamedTests.areIn(row.split("\\|", -1)[2]));
    }

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        assertThat(NamedTests.ofAllModules().missingFrom(Files.readString(PAGE)))
                .isEmpty();
    }
}
