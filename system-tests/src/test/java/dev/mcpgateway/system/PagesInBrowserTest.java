package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.mcpgateway.system.Client.Authorization;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every page that people see, in a real browser: in both languages, on a phone and on a desk, in light and dark, in
 * success and error. Pictures are kept in {@code target/screenshots}.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesInBrowserTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final List<Integer> WIDTHS = List.of(1280, 360);
    private static final Pattern KEY = Pattern.compile("\\b[a-z]+_[a-z]+(_[a-z]+)*\\b|\\{\\d}");
    private static final Pattern WORDS_WITH_UNDERSCORE = Pattern.compile("mcp_config|redirect_uri|claude_desktop");

    private Gateway gateway;
    private String console;
    private String router;
    private String adminToken;
    private Web web;
    private Client client;
    private Playwright playwright;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        assumeTrue(Chromium.isThere(), Chromium.MISSING);
        gateway = Gateway.startWith(data, Map.of("CONSOLE", "token"), "--service", "notes=http://127.0.0.1:9/mcp");
        JsonObject management = Json.createReader(
                        new StringReader(Files.readString(data.resolve("state/quickstart.json"))))
                .readObject();
        console = management.getString("oracle_management") + "/console";
        router = management.getString("router_management") + "/";
        adminToken = Files.readString(data.resolve("state/admin-token")).strip();
        web = new Web(gateway.certificates());
        client = Client.register(web, gateway.service("echo"));
        client.signIn(new User("alice", new Web(gateway.certificates())));
        playwright = Chromium.playwright();
        browser = playwright.chromium().launch(Chromium.trusting(gateway));
    }

    @AfterAll
    void stop() {
        if (Chromium.isThere()) {
            browser.close();
            playwright.close();
            web.close();
            gateway.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void fitEveryScreenWithoutScript(String language) {
        try (BrowserContext context = open(language, false)) {
            for (var scene : scenes().entrySet()) {
                Page page = context.newPage();
                scene.getValue().accept(page);
                String name = scene.getKey() + "-" + language;
                assertThat(page.locator("html").getAttribute("lang")).as(name).isEqualTo(language);
                assertThat(page.locator("h1").count()).as("headings of " + name).isEqualTo(1);
                assertThat(WORDS_WITH_UNDERSCORE.matcher(words(page)).replaceAll(""))
                        .as(name)
                        .doesNotContainPattern(KEY);
                for (int width : WIDTHS) {
                    assertFits(page, name, width);
                }
                page.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de"})
    void leaveNothingForAxeToFindInLightAndDark(String language) throws IOException {
        String axe = axe();
        try (BrowserContext context = open(language, true)) {
            for (var scene : scenes().entrySet()) {
                Page page = context.newPage();
                page.setViewportSize(360, 900);
                scene.getValue().accept(page);
                page.querySelectorAll("details:not([open]) > summary")
                        .forEach(
                                summary -> summary.evaluate(
                                        "summary => { summary.parentElement.removeAttribute('name'); summary.parentElement.open = true; }"));
                for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                    page.evaluate(axe);
                    assertThat((List<?>) page.evaluate("""
                                    async rules => (await axe.run(rules.length ? {runOnly: rules} : {})).violations.flatMap(
                                      violation => violation.nodes.map(
                                        node => violation.id + ' ' + node.html + ' ' + node.failureSummary))""", rules(scheme)))
                            .as("what axe finds on %s in %s, %s", scene.getKey(), language, scheme)
                            .isEmpty();
                    page.screenshot(new Page.ScreenshotOptions()
                            .setPath(SCREENSHOTS.resolve("%s-%s-%s.png"
                                    .formatted(
                                            scene.getKey(),
                                            language,
                                            scheme.name().toLowerCase(Locale.ROOT))))
                            .setFullPage(true));
                }
                page.close();
            }
        }
    }

    /** Of axe, all for an empty list: what is dark differs from what is light in its colours alone. */
    private static List<String> rules(ColorScheme scheme) {
        return scheme == ColorScheme.LIGHT ? List.of() : List.of("color-contrast");
    }

    @Test
    void copyByAButtonThatOnlyTheScriptAdds() {
        try (BrowserContext context = open("en", true);
                BrowserContext without = open("en", false)) {
            context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
            Page page = context.newPage();
            List<String> complaints = new CopyOnWriteArrayList<>();
            home(page);
            page.onConsoleMessage(message -> complaints.add(message.text()));
            page.reload();

            page.locator("button.copy").first().click();

            page.locator("button.copy", new Page.LocatorOptions().setHasText("Copied"))
                    .waitFor();
            assertThat(page.evaluate("navigator.clipboard.readText()"))
                    .isEqualTo(gateway.service("echo").toString());
            assertThat(complaints).isEmpty();
            Page plain = without.newPage();
            home(plain);
            assertThat(plain.locator("button.copy").count()).isZero();
        }
    }

    @Test
    void signInShowEndAndSignOutWithTheKeyboardAlone() {
        Client own = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = own.signIn(new User("carol", new Web(gateway.certificates())));
        try (BrowserContext context = open("en", false)) {
            Page page = context.newPage();
            page.navigate(gateway.issuer() + "/account");
            focus(page, "Sign in with a name of your choice");
            page.keyboard().press("Enter");
            page.locator("input[name=username]").waitFor();
            page.keyboard().type("carol");
            page.keyboard().press("Enter");
            page.waitForURL("**/account");
            assertThat(page.content()).contains("Signed in as carol.", "Java system test");
            focus(page, "End this connection");
            page.keyboard().press("Enter");
            page.waitForURL("**/account?ended=one");
            assertThat(page.content()).contains("It has been ended.", "No client is connected in your name.");
            assertThat(own.initialize(tokens.access()).statusCode()).isEqualTo(401);

            focus(page, "Sign out");
            page.keyboard().press("Enter");
            page.waitForURL(gateway.issuer() + "/");
            assertThat(context.cookies()).noneMatch(cookie -> cookie.name.endsWith("session"));
            page.navigate(gateway.issuer() + "/account");
            assertThat(page.url()).endsWith("/sign-in");
        }
    }

    @Test
    void renewTheConsoleUntilItIsPaused() {
        try (BrowserContext context = open("en", true)) {
            Page page = context.newPage();
            List<String> complaints = new CopyOnWriteArrayList<>();
            page.onConsoleMessage(message -> complaints.add(message.text()));
            console(page, "/console");

            page.evaluate("document.querySelector('#live > *').id = 'old'");
            page.locator("#old").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
            page.getByText("Pause").click();
            page.getByText("Go on").waitFor();

            assertThat(page.locator("#live figure").count()).isEqualTo(3);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void endAConnectionInTheConsoleWithoutScript() {
        Client own = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = own.signIn(new User("dora", new Web(gateway.certificates())));
        try (BrowserContext context = open("en", false)) {
            Page page = context.newPage();
            console(page, "/console/connections");
            page.locator("#user").fill("Dora");
            page.keyboard().press("Enter");
            page.locator("td button.danger").click();
            page.locator("[role=status]").waitFor();

            assertThat(page.content()).contains("It has been ended.", "There are none.");
            assertThat(own.initialize(tokens.access()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void leadFromTheConsoleToTheRouterAndBack() throws IOException {
        String axe = axe();
        try (BrowserContext context = open("en", true)) {
            Page page = context.newPage();
            console(page, "/console");
            page.locator("nav").getByText("Router").click();
            page.waitForURL(router);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                page.evaluate(axe);
                assertThat((List<?>) page.evaluate("""
                                async () => (await axe.run()).violations.flatMap(
                                  violation => violation.nodes.map(node => violation.id + ' ' + node.html))"""))
                        .as("what axe finds on the router's page, %s", scheme)
                        .isEmpty();
            }
            for (int width : WIDTHS) {
                assertFits(page, "router", width);
            }

            page.locator("nav").getByText("Console").click();
            page.waitForURL(console);
        }
    }

    /** Goes on with the key until the element of this name has the focus. */
    private static void focus(Page page, String name) {
        for (int step = 0; step < 30; step++) {
            page.keyboard().press("Tab");
            Object focused = page.evaluate("document.activeElement.textContent");
            if (String.valueOf(focused).strip().startsWith(name)) {
                return;
            }
        }
        throw new AssertionError("the key does not reach " + name);
    }

    /** Each leads to a page and stops there. */
    private Map<String, Consumer<Page>> scenes() {
        Map<String, Consumer<Page>> scenes = new LinkedHashMap<>();
        scenes.put("error-other-browser", this::otherBrowser);
        scenes.put("home-stranger", page -> page.navigate(gateway.issuer() + "/"));
        scenes.put("sign-in", page -> page.navigate(gateway.issuer() + "/sign-in"));
        scenes.put("onward-sign-in", this::onwardToSignIn);
        scenes.put("local-sign-in", this::localSignIn);
        scenes.put("local-sign-in-error", this::localSignInError);
        scenes.put("consent", page -> page.navigate(client.authorize().uri().toString()));
        scenes.put(
                "consent-choosing",
                page -> page.navigate(withoutResource(client.authorize().uri())));
        scenes.put("account-empty", page -> signIn(page, "nobody", "/account"));
        scenes.put("account", page -> signIn(page, "alice", "/account"));
        scenes.put("home", this::home);
        scenes.put(
                "consent-signed-in",
                page -> page.navigate(client.authorize().uri().toString()));
        scenes.put("onward-denied", this::deny);
        scenes.put("device", page -> page.navigate(gateway.issuer() + "/device"));
        scenes.put("device-filled-in", page -> page.navigate(gateway.issuer() + "/device?user_code=WDJB-MJHT"));
        scenes.put("device-unknown", this::unknownDevice);
        scenes.put("device-consent", this::deviceConsent);
        scenes.put("device-denied", page -> {
            deviceConsent(page);
            page.locator("button[value=deny]").click();
        });
        scenes.put("device-done", page -> {
            deviceConsent(page);
            page.locator("button[value=allow]").click();
            enterName(page, "alice");
            page.waitForURL("**/callback?**");
        });
        scenes.put("error-unknown-client", page -> page.navigate(gateway.issuer() + "/authorize?client_id=unknown"));
        scenes.put(
                "error-redirect-uri",
                page -> page.navigate(gateway.issuer() + "/authorize?client_id=" + client.id()
                        + "&redirect_uri=https%3A%2F%2Fevil.example"));
        scenes.put("error-stale", page -> page.navigate(gateway.issuer() + "/callback?state=x"));
        scenes.put("error-refused", page -> page.navigate(gateway.issuer() + "/callback"));
        scenes.put("error-not-found", page -> page.navigate(gateway.issuer() + "/nothing"));
        scenes.put("error-not-signed-in", this::notSignedIn);
        scenes.put("console-sign-in", page -> page.navigate(console));
        scenes.put("console-sign-in-wrong", this::wrongTokenForConsole);
        scenes.put("console", page -> console(page, "/console"));
        scenes.put("console-connections", page -> console(page, "/console/connections"));
        scenes.put("console-connections-of-one", page -> console(page, "/console/connections?user=alice"));
        scenes.put("console-connections-none", page -> console(page, "/console/connections?user=nobody-at-all"));
        scenes.put("console-audit", page -> console(page, "/console/audit"));
        scenes.put("console-keys", page -> console(page, "/console/keys"));
        scenes.put("console-settings", page -> console(page, "/console/settings"));
        scenes.put("console-refused", this::refusedByConsole);
        return scenes;
    }

    /** What the page says, without what it quotes. */
    private static String words(Page page) {
        return String.valueOf(page.evaluate("""
                () => {
                  const body = document.body.cloneNode(true);
                  body.querySelectorAll("code").forEach(code => code.remove());
                  return body.textContent;
                }"""));
    }

    private void refusedByConsole(Page page) {
        console(page, "/console");
        page.route(
                "**/console/keys/rotate",
                route -> route.resume(new Route.ResumeOptions().setPostData("token=" + "x".repeat(43))));
        page.navigate(console + "/keys");
        page.locator("form[action='/console/keys/rotate'] button").click();
        page.locator("[role=alert]").waitFor();
    }

    /** Signs in with the token, unless this browser is; ends at this page. */
    private void console(Page page, String destination) {
        page.navigate(console);
        if (page.url().endsWith("/sign-in")) {
            page.locator("input[name=token]").fill(adminToken);
            page.keyboard().press("Enter");
            page.waitForURL(console);
        }
        page.navigate(URI.create(console).resolve(destination).toString());
    }

    private void wrongTokenForConsole(Page page) {
        page.navigate(console);
        page.locator("input[name=token]").fill("wrong");
        page.keyboard().press("Enter");
        page.locator("#problem").waitFor();
    }

    private BrowserContext open(String language, boolean script) {
        return browser.newContext(
                new Browser.NewContextOptions().setLocale(language).setJavaScriptEnabled(script));
    }

    private void home(Page page) {
        signIn(page, "alice", "/");
        page.locator("summary").nth(1).click();
    }

    /** Signs in, unless this browser is; ends at this page. */
    private void signIn(Page page, String name, String destination) {
        page.navigate(gateway.issuer() + "/sign-in?to=" + destination);
        page.locator("button[name=provider]").click();
        enterName(page, name);
        page.waitForURL(gateway.issuer() + destination);
    }

    private static void enterName(Page page, String name) {
        page.locator("input[name=username]").fill(name);
        page.keyboard().press("Enter");
    }

    private static String withoutResource(URI authorization) {
        return authorization.toString().replaceAll("&resource=[^&]*", "");
    }

    private void onwardToSignIn(Page page) {
        stopAt(page, "**/local/sign-in?**");
        page.navigate(gateway.issuer() + "/sign-in");
        page.locator("button[name=provider]").click();
        page.locator("#continue").waitFor();
    }

    private void localSignIn(Page page) {
        page.navigate(gateway.issuer() + "/sign-in");
        page.locator("button[name=provider]").click();
        page.locator("input[name=username]").waitFor();
    }

    private void localSignInError(Page page) {
        localSignIn(page);
        enterName(page, "Alice!");
        page.locator("#problem").waitFor();
    }

    private void deny(Page page) {
        stopAt(page, "http://127.0.0.1:*/**");
        page.navigate(client.authorize().uri().toString());
        page.locator("button[value=deny]").click();
        page.locator("#continue").waitFor();
    }

    private void unknownDevice(Page page) {
        page.navigate(gateway.issuer() + "/device");
        page.locator("#user-code").fill("BCDF-GHJK");
        page.locator("button").click();
        page.locator("#problem").waitFor();
    }

    private void deviceConsent(Page page) {
        page.navigate(client.authorizeDevice().toString());
        page.locator("button").click();
        page.locator("button[value=allow]").waitFor();
    }

    private void otherBrowser(Page page) {
        Authorization authorization = client.authorize();
        try (Web elsewhere = new Web(gateway.certificates())) {
            User user = new User("alice", elsewhere);
            URI callback = user.followUntil(authorization.uri(), gateway.issuer() + "/callback");
            page.navigate(callback.toString());
        }
    }

    private void notSignedIn(Page page) {
        signIn(page, "alice", "/account");
        Page other = page.context().newPage();
        signIn(other, "alice", "/account");
        other.close();
        // Its form is that of a session which the second sign-in has ended.
        page.locator("form[action='/account/sign-out'] button").click();
    }

    /** What a page goes on to by itself is not opened, so that the page stays. */
    private static void stopAt(Page page, String url) {
        page.route(url, route -> route.abort("aborted"));
    }

    /** Keeps a picture, and finds what sticks out to the right. */
    private static void assertFits(Page page, String name, int width) {
        page.setViewportSize(width, 900);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + "-" + width + ".png"))
                .setFullPage(true));
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as("width of the page %s on a screen %d wide", name, width)
                .isEqualTo(width);
    }

    private static String axe() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(PagesInBrowserTest.class.getResourceAsStream("/axe.min.js"), "axe-core")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
