package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/reference/settings.md says what the table says; {@code -Dreference=write} brings it there. */
class SettingsReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/settings.md");

    @Test
    void isWhatTheTableSays() throws IOException {
        String expected = page();
        if (System.getProperty("reference", "").equals("write")) {
            Files.writeString(PAGE, expected);
        }

        assertThat(Files.readString(PAGE))
                .as("docs/reference/settings.md; write it anew with: mvn -pl settings test -Dreference=write")
                .isEqualTo(expected);
    }

    private static String page() {
        String sections = Arrays.stream(Owner.values())
                .map(SettingsReferenceTest::section)
                .collect(Collectors.joining());
        return """
                # Settings

                Every setting is an environment variable. Where `NAME` is not set, `NAME_FILE` may name a file that holds the
                value, then `settings: {NAME: value}` in `gateway.yaml` counts, then the default. All problems are reported
                together at start-up. Written from the table in `KnownSettings.java`.
                """ + sections;
    }

    private static String section(Owner owner) {
        String title = switch (owner) {
            case BOTH -> "Router and oracle";
            case ROUTER -> "Router";
            case ORACLE -> "Oracle";
        };
        return "\n## " + title + "\n\n| setting | default | accepted | what it does |\n| --- | --- | --- | --- |\n"
                + KnownSettings.all().stream()
                        .filter(setting -> setting.owner() == owner)
                        .map(SettingsReferenceTest::row)
                        .collect(Collectors.joining());
    }

    private static String row(Setting<?> setting) {
        String fallback =
                setting.fallback() == null || setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
        String secret = setting.format().secret() ? " Secret." : "";
        return "| `%s` | %s | %s | %s%s |%n"
                .formatted(setting.name(), fallback, setting.format().accepts(), setting.description(), secret);
    }
}
