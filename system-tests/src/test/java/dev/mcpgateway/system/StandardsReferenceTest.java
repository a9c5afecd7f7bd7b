package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reference/standards.md names a test for whatever it says is done, and the test is there. */
class StandardsReferenceTest {
    private static final Path ROOT = Path.of("..");
    private static final Path REFERENCE = ROOT.resolve("docs/reference/standards.md");
    private static final Pattern JAVA_TEST = Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z0-9]+)`");
    private static final Pattern CLIENT_TEST = Pattern.compile("`([a-z0-9.-]+\\.mjs)`");
    private static final List<String> STATUSES = List.of("done", "partly", "not done", "router");

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        String reference = Files.readString(REFERENCE);

        List<String> missing = new ArrayList<>();
        JAVA_TEST.matcher(reference).results().forEach(test -> {
            if (!isTest(test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        });
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
            boolean hasTest =
                    JAVA_TEST.matcher(row).find() || CLIENT_TEST.matcher(row).find();
            assertThat(hasTest).as(row).isEqualTo(!cells[3].strip().equals("not done"));
        });
    }

    private static boolean isTest(String className, String method) {
        return Pattern.compile("\\b" + method + "\\(")
                .matcher(source(className))
                .find();
    }

    /** Of all modules that have a test class of this name. */
    private static String source(String className) {
        try (Stream<Path> files = Files.find(ROOT, 12, (path, _) -> path.endsWith(className + ".java"))) {
            StringBuilder source = new StringBuilder();
            for (Path file : files.toList()) {
                source.append(Files.readString(file));
            }
            return source.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
