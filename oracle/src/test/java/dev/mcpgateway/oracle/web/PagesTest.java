package dev.mcpgateway.oracle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {
    private static final String HOSTILE = "\"'><script>x</script>&{{stylesheet}}";

    private final RunningOracle oracle = RunningOracle.start();

    @AfterAll
    void stop() {
        oracle.close();
    }

    @ParameterizedTest
    @EnumSource
    void escapeWhateverTheyAreGiven(Language language) {
        assertThat(ExamplePages.all(language, HOSTILE))
                .allSatisfy(page -> assertThat(page.html())
                        .contains("&lt;script&gt;", "{{stylesheet}}")
                        .doesNotContain("<script>", "\"'>"));
    }

    @ParameterizedTest
    @EnumSource
    void sayWhichLanguageTheyAreInAndShowNoKey(Language language) {
        List<String> keys = Texts.in(language).keySet().stream()
                .filter(key -> key.contains("_"))
                .toList();

        assertThat(ExamplePages.all(language, "something")).allSatisfy(page -> {
            assertThat(page.html()).contains("<html lang=\"%s\">".formatted(language.tag()));
            assertThat(page.html().replaceAll("<[^>]*>", " ").split("[^a-z_0-9]+"))
                    .doesNotContainAnyElementsOf(keys);
            assertThat(page.html()).doesNotContainPattern("\\{\\d}");
        });
    }

    @Test
    void speakTheLanguageOfTheReader() {
        HttpResponse<String> german =
                oracle.send(oracle.request("/device").header("Accept-Language", "de-AT,en;q=0.5"));

        assertThat(german.headers().firstValue("Content-Language")).contains("de");
        assertThat(german.body()).contains("<html lang=\"de\">", "Ein Gerät verbinden");
        assertThat(oracle.send(oracle.request("/device").header("Accept-Language", "fr"))
                        .body())
                .contains("<html lang=\"en\">", "Connect a device");
    }

    @Test
    void shareAStylesheetThatBrowsersKeepUntilItChanges() {
        HttpResponse<String> home = new Browser(oracle).get("/");
        Matcher link =
                Pattern.compile("<link rel=\"stylesheet\" href=\"([^\"]+)\">").matcher(home.body());
        assertThat(link.find()).as(home.body()).isTrue();

        HttpResponse<String> style = oracle.send(oracle.request(link.group(1).replace("&#x3D;", "=")));

        assertThat(style.statusCode()).isEqualTo(200);
        assertThat(style.headers().firstValue("Content-Type")).contains("text/css; charset=utf-8");
        assertThat(style.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
        assertThat(oracle.send(oracle.request("/style.css")).headers().firstValue("Cache-Control"))
                .contains("public, max-age=300");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/device", "/sign-in", "/authorize", "/callback", "/nothing"})
    void areKeptOutOfFramesAndRunNoScript(String path) {
        HttpResponse<String> page = new Browser(oracle).get(path);

        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
                        + " frame-ancestors 'none'; base-uri 'none'");
        assertThat(page.body()).doesNotContain("<script", " style=", " onclick=");
    }

    @Test
    void answerPeopleButNotPrograms() {
        assertThat(new Browser(oracle).get("/nothing-here").body()).contains("<h1>There is nothing here</h1>");
        assertThat(oracle.send(oracle.request("/nothing-here")).headers().firstValue("Content-Type"))
                .contains("application/json");
    }
}
