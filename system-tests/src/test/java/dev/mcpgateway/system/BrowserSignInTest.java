package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.system.Client.Authorization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, which runs no script; pictures of them are kept in {@code target/screenshots}. */
@Timeout(180)
class BrowserSignInTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final List<Integer> WIDTHS = List.of(1280, 360);

    @TempDir
    Path data;

    private Gateway gateway;
    private Web web;

    @BeforeEach
    void start() {
        assumeTrue(Chromium.isThere(), Chromium.MISSING);
        gateway = Gateway.start(data);
        web = new Web(gateway.certificates());
    }

    @AfterEach
    void stop() {
        if (Chromium.isThere()) {
            web.close();
            gateway.close();
        }
    }

    @Test
    void signsInAndReturnsToTheClientOnPagesThatFitEveryScreen() throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        try (Callback callback = Callback.listen();
                Playwright playwright = Chromium.playwright();
                Browser browser = playwright.chromium().launch(Chromium.trusting(gateway));
                BrowserContext context =
                        browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            Authorization authorization = client.authorize(callback.uri());
            Page page = context.newPage();

            page.navigate(authorization.uri().toString());
            assertThat(page.content()).contains("Java system test", "127.0.0.1", "echo");
            picture(page, "consent");
            button(page, "Allow").click();

            Locator username = page.locator("input[name=username]");
            username.waitFor();
            picture(page, "sign-in");
            username.fill("alice");
            username.press("Enter");

            String answer = callback.query().get(20, TimeUnit.SECONDS);
            assertThat(answer).contains("code=", "state=" + authorization.state(), "iss=");
        }
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Keeps pictures, and finds what sticks out to the right. */
    private static void picture(Page page, String name) {
        for (int width : WIDTHS) {
            page.setViewportSize(width, 900);
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve(name + "-" + width + ".png"))
                    .setFullPage(true));
            assertThat(page.evaluate("document.documentElement.scrollWidth"))
                    .as("width of the page %s on a screen %d wide", name, width)
                    .isEqualTo(width);
        }
    }

    /** What a client on the user's machine listens with. */
    private record Callback(HttpServer server, CompletableFuture<String> query) implements AutoCloseable {
        static Callback listen() throws IOException {
            CompletableFuture<String> query = new CompletableFuture<>();
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/callback", exchange -> {
                query.complete(exchange.getRequestURI().getRawQuery());
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            return new Callback(server, query);
        }

        String uri() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/callback";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
