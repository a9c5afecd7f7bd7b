package dev.mcpgateway.oracle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.web.ConsentPage.Assurance;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {
    private static final String HOSTILE = "\"'><script>x</script>&{{stylesheet}}";

    private final RunningOracle oracle = RunningOracle.start();

    @AfterAll
    void stop() {
        oracle.close();
    }

    @Test
    void escapeWhateverTheyAreGiven() {
        ServiceEntry service = new ServiceEntry(HOSTILE, HOSTILE);
        List<Page> pages = List.of(
                new ErrorPage(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
                new OnwardPage(HOSTILE, HOSTILE, HOSTILE),
                new HomePage(List.of(service)),
                new DonePage(HOSTILE, HOSTILE),
                new DevicePage(HOSTILE, HOSTILE),
                new ConsentPage(
                        HOSTILE,
                        new Assurance.ByHost(HOSTILE),
                        HOSTILE,
                        true,
                        HOSTILE,
                        List.of(service),
                        List.of(HOSTILE),
                        HOSTILE,
                        HOSTILE),
                new ConsentPage(
                        HOSTILE,
                        new Assurance.Unverified(),
                        HOSTILE,
                        true,
                        "",
                        List.of(service, service),
                        List.of(),
                        HOSTILE,
                        HOSTILE));

        assertThat(pages)
                .allSatisfy(page -> assertThat(page.html())
                        .contains("&lt;script&gt;", "{{stylesheet}}")
                        .doesNotContain("<script", "\"'>"));
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

    @Test
    void sayAtHomeWhatIsHereAndHowToConnect() {
        assertThat(new Browser(oracle).get("/").body())
                .contains("https://echo.example.com/mcp", "https://files.example.com/mcp")
                .contains("claude mcp add --transport http echo https://echo.example.com/mcp");
        assertThat(new HomePage(List.of()).html()).contains("There is no service yet");
    }

    @Test
    void answerPeopleButNotPrograms() {
        assertThat(new Browser(oracle).get("/nothing-here").body()).contains("<h1>404 Not Found</h1>");
        assertThat(oracle.send(oracle.request("/nothing-here")).headers().firstValue("Content-Type"))
                .contains("application/json");
    }
}
