package dev.mcpgateway.oracle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.language.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final Pattern IN_TEMPLATES = Pattern.compile("\\{\\{text\\.([a-z_0-9]+)}}");
    private static final Pattern IN_CODE =
            Pattern.compile("(?:Message\\.of|say|say\\.step|getOrDefault)\\(\\s*\"([a-z_0-9]+)\"");
    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    @Test
    void areTheSameInEveryLanguage() {
        Map<String, String> english = Texts.in(Language.ENGLISH);
        Map<String, String> german = Texts.in(Language.GERMAN);

        assertThat(german.keySet()).isEqualTo(english.keySet());
        assertThat(english).allSatisfy((key, text) -> {
            assertThat(text).as(key).isNotBlank();
            assertThat(german.get(key)).as(key).isNotBlank();
            assertThat(places(german.get(key))).as(key).isEqualTo(places(text));
        });
    }

    @Test
    void haveWhateverTemplatesAndCodeAskForAndNothingElse() throws IOException {
        Set<String> used = new TreeSet<>(find(Path.of("src/main/resources"), ".mustache", IN_TEMPLATES));
        used.addAll(find(Path.of("src/main/java"), ".java", IN_CODE));
        used.removeIf(key -> key.endsWith("_"));

        assertThat(Texts.in(Language.ENGLISH).keySet()).containsAll(used);
        assertThat(Texts.in(Language.ENGLISH).keySet().stream()
                        .filter(key -> !used.contains(key))
                        .filter(key -> !key.startsWith("provider_")))
                .isSubsetOf("done_connected", "done_not_connected");
    }

    private static Set<String> find(Path folder, String ending, Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).toList();
            Set<String> keys = new TreeSet<>();
            for (Path file : found) {
                pattern.matcher(Files.readString(file)).results().forEach(match -> keys.add(match.group(1)));
            }
            return keys;
        }
    }

    private static Set<String> places(String text) {
        return PLACE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
