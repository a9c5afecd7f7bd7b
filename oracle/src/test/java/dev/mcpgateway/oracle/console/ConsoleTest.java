package dev.mcpgateway.oracle.console;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import jakarta.json.Json;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {
    private static final String TOKEN = "the-admin-token-of-these-tests";
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]{43})\"");

    @TempDir
    private Path folder;

    private RunningOracle oracle = RunningOracle.start();
    private String cookie = "";

    @BeforeEach
    void start() throws IOException {
        restart(Map.of());
    }

    private void restart(Map<String, String> settings) throws IOException {
        oracle.close();
        Path file = Files.writeString(folder.resolve("admin-token"), TOKEN + "\n");
        Map<String, String> all = new HashMap<>(settings);
        all.put("ADMIN_TOKEN_FILE", file.toString());
        oracle = RunningOracle.start(all);
        cookie = "";
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = oracle.managementRequest(path).header("Accept", "text/html");
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    /** As a browser does, which keeps the cookie. */
    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpResponse<String> response = oracle.send(request);
        response.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
        return response;
    }

    private String page(String path) {
        HttpResponse<String> response = send(request(path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpRequest.Builder form(String path, Map<String, String> fields) {
        return request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(RunningOracle.encode(fields)));
    }

    private HttpResponse<String> signIn(String token) {
        return send(form("/console/sign-in", Map.of("token", token)));
    }

    private String formToken(String path) {
        Matcher token = FORM_TOKEN.matcher(page(path));
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private HttpResponse<String> post(String path, String name, String value) {
        return send(form(path, Map.of("token", formToken("/console/keys"), name, value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/connections",
                "/console/audit",
                "/console/audit.jsonl",
                "/console/keys",
                "/console/settings"
            })
    void asksForTheTokenFirst(String path) {
        HttpResponse<String> stranger = send(request(path));

        assertThat(stranger.statusCode()).isEqualTo(303);
        assertThat(stranger.headers().firstValue("Location")).contains("/console/sign-in");
        assertThat(stranger.body()).isEmpty();

        signIn(TOKEN);
        assertThat(send(request(path)).statusCode()).isEqualTo(200);
    }

    @Test
    void signsInWithTheTokenAndNothingElse() {
        HttpResponse<String> wrong = signIn("the-admin-token-of-these-testz");
        assertThat(wrong.statusCode()).isEqualTo(403);
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();

        HttpResponse<String> right = signIn(TOKEN);

        assertThat(right.statusCode()).isEqualTo(303);
        assertThat(right.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("gateway-console=")
                .contains("Path=/console", "HttpOnly", "SameSite=Strict", "Max-Age=3600")
                .doesNotContain(TOKEN);
        assertThat(oracle.store().audit().latest(10))
                .extracting(AuditEvent::name)
                .contains("console.opened");
    }

    @Test
    void boundsHowOftenTheTokenCanBeGuessed() {
        for (int attempt = 0; attempt < 10; attempt++) {
            signIn("wrong");
        }

        assertThat(signIn(TOKEN).statusCode()).isEqualTo(429);

        oracle.clock().advance(Duration.ofSeconds(7));
        assertThat(signIn(TOKEN).statusCode()).isEqualTo(303);
    }

    @Test
    void forgetsWhoWasSignedInAfterAnHour() {
        signIn(TOKEN);
        oracle.clock().advance(Duration.ofMinutes(59));
        assertThat(send(request("/console")).statusCode()).isEqualTo(200);

        oracle.clock().advance(Duration.ofMinutes(1));

        assertThat(send(request("/console")).statusCode()).isEqualTo(303);
    }

    @Test
    void keepsNobodyInWhoseTokenWasChanged() throws IOException {
        signIn(TOKEN);

        Files.writeString(folder.resolve("admin-token"), "another-token-of-these-tests");

        assertThat(send(request("/console")).statusCode()).isEqualTo(303);
    }

    @Test
    void signsOutAlsoWhoeverHasCopiedTheCookie() {
        signIn(TOKEN);
        String copied = cookie;

        HttpResponse<String> out = post("/console/sign-out", "x", "y");

        assertThat(out.statusCode()).isEqualTo(303);
        cookie = copied;
        assertThat(send(request("/console")).statusCode()).isEqualTo(303);
    }

    @Test
    void isClosedWhereThereIsNoToken() throws IOException {
        Files.delete(folder.resolve("admin-token"));

        for (String path : List.of("/console", "/console/sign-in")) {
            HttpResponse<String> closed = send(request(path));
            assertThat(closed.statusCode()).isEqualTo(403);
            assertThat(closed.body()).contains("Set ADMIN_TOKEN_FILE");
        }
        assertThat(signIn("").statusCode()).isEqualTo(403);
    }

    @Test
    void isNotThereWhereItIsOff() throws IOException {
        restart(Map.of("CONSOLE", "off"));

        for (String path : List.of("/console", "/console/sign-in", "/console.css")) {
            assertThat(send(request(path)).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void isNotOnThePublicListener() {
        signIn(TOKEN);

        assertThat(oracle.send(oracle.request("/console").header("Cookie", cookie))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void isOpenToWhoeverSitsAtTheMachineWhereThatIsEnough() throws IOException {
        restart(Map.of("CONSOLE", "loopback"));
        for (String host : List.of("localhost:9000", "127.0.0.1", "[::1]:9000", "LOCALHOST")) {
            assertThat(status(host)).as(host).isEqualTo(200);
        }
        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "oracle:9000")) {
            assertThat(status(host)).as(host).isEqualTo(403);
        }
    }

    private int status(String host) throws IOException {
        return RawRequest.status(oracle.managementPort(), "GET /console HTTP/1.1\r\nHost: " + host + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via"})
    void isClosedToWhoeverComesThroughAProxyOnTheMachine(String field) throws IOException {
        restart(Map.of("CONSOLE", "loopback"));

        HttpResponse<String> closed = send(request("/console").header(field, "for=192.0.2.1"));

        assertThat(closed.statusCode()).isEqualTo(403);
        assertThat(closed.body()).contains("CONSOLE is loopback");
        assertThat(closed.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void changesNothingForAFormThatItDidNotGiveToThisBrowser() throws IOException {
        for (String access : List.of("token", "loopback")) {
            restart(Map.of("CONSOLE", access));
            String user = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
            signIn(TOKEN);
            String token = formToken("/console/keys");
            Map<String, String> good = Map.of("token", token, "user", "4711");

            List<HttpRequest.Builder> strange = List.of(
                    form("/console/users/revoke", Map.of("user", "4711")),
                    form("/console/users/revoke", Map.of("user", "4711", "token", "x".repeat(43))),
                    form("/console/users/revoke", good).header("Sec-Fetch-Site", "cross-site"),
                    form("/console/users/revoke", good).header("Sec-Fetch-Site", "same-site"),
                    form("/console/users/revoke", good).header("Origin", "http://evil.example"),
                    form("/console/users/revoke", good).header("Origin", "http://127.0.0.1:1"),
                    form("/console/users/revoke", good).setHeader("Cookie", "gateway-console=" + "A".repeat(43)),
                    form("/console/users/revoke", good).setHeader("Cookie", "a=b"));
            for (HttpRequest.Builder each : strange) {
                assertThat(oracle.send(each).statusCode()).isEqualTo(403);
            }

            assertThat(oracle.verify(ECHO, user).statusCode()).isEqualTo(204);
            assertThat(send(form("/console/users/revoke", good)
                                    .header("Sec-Fetch-Site", "same-origin")
                                    .header("Origin", "null"))
                            .statusCode())
                    .isEqualTo(303);
            assertThat(oracle.verify(ECHO, user).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void isKeptOutOfFramesAndOfCaches() {
        HttpResponse<String> signIn = send(request("/console/sign-in"));
        signIn(TOKEN);

        for (HttpResponse<String> page : List.of(signIn, send(request("/console")), send(request("/console/keys")))) {
            assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; ")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.body()).doesNotContain(" style=", " onclick=");
        }
        assertThat(page("/console/keys")).doesNotContain("<script");
    }

    @Test
    void showsServicesWithTheirRules() throws IOException {
        restartWithFile("""
                services:
                  notes:
                    upstream: x
                    allow: ['github:alice', 'github-id:4712', 'local:bob', 'client:nightly', 'oidc-domain:company:example.com']
                    tools: [{for: ['github:alice', 'client:c1'], allow: ['read_*'], deny: ['delete']}]
                  open: {upstream: y, allow: ['*']}
                oidc: {company: {issuer: 'https://login.example.com', client_id: x, client_secret_file: '%2$s'}}
                clients: {nightly: {secret_file: '%1$s', grant_types: [client_credentials]}}
                """.formatted(
                        Files.writeString(folder.resolve("nightly"), "the-secret-of-the-nightly-client-0"),
                        Files.writeString(folder.resolve("company"), "the-secret-at-the-company")));
        signIn(TOKEN);

        assertThat(page("/console"))
                .contains("github:alice", "github-id:4712", "local:bob", "client:nightly", "oidc-domain:company:")
                .contains("for: github:alice, client:c1; allow: read_*; deny: delete")
                .contains("<code class=\"line\">*</code>")
                .doesNotContain("the-secret-of-the-nightly-client-0");
    }

    private void restartWithFile(String file) {
        oracle.close();
        oracle = RunningOracle.startWithFile(
                Map.of("ADMIN_TOKEN_FILE", folder.resolve("admin-token").toString()), file);
        cookie = "";
    }

    @Test
    void plotsTheLastHour() {
        String client = oracle.registerClient();
        String token = oracle.connect(client, ECHO).getString("access_token");
        oracle.refresh(client, "wrong");
        oracle.verify(ECHO, token);
        oracle.verify(ECHO, token);
        oracle.verify(FILES, token);
        signIn(TOKEN);
        awaitOnPage("Answers of verify a minute: 2 good, 1 refused");
        oracle.clock().advance(Duration.ofMinutes(59));

        assertThat(page("/console"))
                .contains("Answers to requests for tokens a minute: 1 good, 1 refused, 0 failed. Highest: 2")
                .contains("Answers of verify a minute: 2 good, 1 refused, 0 failed. Highest: 3")
                .contains("class=\"good\"><title>12:00: 2 good, 1 refused, 0 failed</title>");

        signIn(TOKEN);
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(page("/console")).contains("Answers of verify a minute: 0 good, 0 refused, 0 failed. Highest: 0");
    }

    /** An answer is counted once it was sent, which whoever got it may be ahead of. */
    private void awaitOnPage(String text) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!page("/console").contains(text) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(page("/console")).contains(text);
    }

    @Test
    void saysThatTheStoreIsAway() {
        signIn(TOKEN);
        assertThat(page("/console")).doesNotContain("The store does not answer");

        oracle.store().close();

        assertThat(page("/console")).contains("The store does not answer");
    }

    @Test
    void findsConnectionsByIdAndByName() {
        String client = oracle.registerClient();
        oracle.connect(client, ECHO);
        oracle.connect(oracle.registerClient(), FILES);
        signIn(TOKEN);

        assertThat(page("/console/connections")).contains(ECHO, FILES, client);
        for (String query : List.of("user=4711", "user=Alice", "client=TES", "user=alice&client=test")) {
            assertThat(page("/console/connections?" + query)).as(query).contains(ECHO, FILES);
        }
        assertThat(page("/console/connections?client=" + client)).contains(ECHO).doesNotContain(FILES);
        for (String query : List.of("user=bob", "user=alice&client=other", "user=%27%20OR%20%27%27%3D%27")) {
            assertThat(page("/console/connections?" + query))
                    .as(query)
                    .contains("There are none.")
                    .doesNotContain(ECHO);
        }
    }

    @Test
    void endsOneConnection() {
        String ended = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
        String kept = oracle.connect(oracle.registerClient(), FILES).getString("access_token");
        signIn(TOKEN);
        String grant = oracle.store().tokens().list(null, 10).items().stream()
                .filter(each -> each.resource().equals(ECHO))
                .findFirst()
                .orElseThrow()
                .familyId();

        HttpResponse<String> answer = post("/console/grants/revoke", "grant", grant);

        assertThat(answer.headers().firstValue("Location")).contains("/console/connections?done=ended");
        assertThat(page("/console/connections?done=ended")).contains("It has been ended.");
        assertThat(oracle.verify(ECHO, ended).statusCode()).isEqualTo(401);
        assertThat(oracle.verify(FILES, kept).statusCode()).isEqualTo(204);
        assertThat(oracle.store().audit().latest(1).getFirst().details())
                .containsEntry("by", "operator")
                .containsEntry("grant", grant);
    }

    @Test
    void endsEverythingOfAUserOrOfAClient() {
        signIn(TOKEN);
        String client = oracle.registerClient();
        for (String what : List.of("users/revoke user 4711", "clients/revoke client " + client)) {
            String[] parts = what.split(" ", -1);
            String token = oracle.connect(client, ECHO).getString("access_token");
            assertThat(page("/console/connections?" + parts[1] + "=" + parts[2]))
                    .contains("/console/" + parts[0], "End everything of");

            assertThat(post("/console/" + parts[0], parts[1], parts[2]).statusCode())
                    .isEqualTo(303);

            assertThat(oracle.verify(ECHO, token).statusCode()).as(what).isEqualTo(401);
            assertThat(oracle.store().audit().latest(1).getFirst().details()).containsEntry("by", "operator");
            oracle.clock().advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void showsConnectionsInPages() {
        String client = oracle.registerClient();
        for (int i = 0; i < 51; i++) {
            oracle.connect(client, ECHO);
        }
        signIn(TOKEN);
        String first = page("/console/connections?user=4711");

        Matcher next = Pattern.compile("<a href=\"([^\"]*after[^\"]*)\">").matcher(first);
        assertThat(next.find()).isTrue();
        String second = page(next.group(1).replace("&amp;", "&").replace("&#x3D;", "="));

        assertThat(first.split("name=\"grant\"", -1)).hasSize(51);
        assertThat(second.split("name=\"grant\"", -1)).hasSize(2);
        assertThat(second).doesNotContain("after=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/connections?user=", "/console/audit?event=", "/console/connections?after="})
    void refusesASearchForMoreThanThereCanBe(String path) {
        signIn(TOKEN);

        assertThat(send(request(path + "x".repeat(2048))).statusCode()).isEqualTo(200);
        assertThat(send(request(path + "x".repeat(2049))).statusCode()).isEqualTo(400);
        assertThat(send(request(path + "a&" + path.substring(path.indexOf('?') + 1) + "b"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void filtersAndExportsEvents() {
        for (int i = 0; i < 101; i++) {
            append("token.revoked", "user", "u" + i % 2, "client", "<script>c</script>");
        }
        append("login.denied", "user", "u0");
        signIn(TOKEN);

        assertThat(page("/console/audit")).contains("login.denied", "There are more.", "&lt;script&gt;");
        assertThat(page("/console/audit?event=login"))
                .contains("login.denied")
                .doesNotContain("token.revoked", "There are more.", "console.opened");
        assertThat(page("/console/audit?user=u1")).contains("token.revoked").doesNotContain("login.denied");
        assertThat(page("/console/audit?event=nothing")).contains("There is no such event.");

        HttpResponse<String> export = send(request("/console/audit.jsonl?event=token&user=u0"));
        assertThat(export.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"audit.jsonl\"");
        assertThat(export.body().lines())
                .hasSize(51)
                .allSatisfy(line -> assertThat(Json.createReader(new StringReader(line))
                                .readObject()
                                .getString("user"))
                        .isEqualTo("u0"));
    }

    private void append(String name, String... details) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            all.put(details[i], details[i + 1]);
        }
        oracle.store().audit().append(new AuditEvent(oracle.clock().instant(), name, all));
    }

    @Test
    void makesTheNextKeyOnce() {
        signIn(TOKEN);
        assertThat(page("/console/keys")).contains("signs now").doesNotContain("<td>next</td>");

        assertThat(post("/console/keys/rotate", "x", "y").headers().firstValue("Location"))
                .contains("/console/keys?done=made");
        assertThat(page("/console/keys?done=made")).contains("<td>next</td>", "The next key is there.");

        HttpResponse<String> again = post("/console/keys/rotate", "x", "y");
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("a next key is there already");
        assertThat(oracle.store().audit().latest(1).getFirst().name()).isEqualTo("key.rotated");
    }

    @Test
    void showsTheSettingsInForceWithoutSecrets() throws IOException {
        restart(Map.of(
                "VERIFY_SECRET_PREVIOUS", "the-verify-secret-before-that-one-0",
                "GITHUB_CLIENT_ID", "the-id-of-the-app",
                "GITHUB_CLIENT_SECRET", "the-secret-of-the-app",
                "REGISTRATION_TOKEN", "the-token-of-registration-of-these",
                "ACCESS_TOKEN_LIFETIME", "17m"));
        signIn(TOKEN);

        String settings = page("/console/settings");

        assertThat(settings)
                .contains("ACCESS_TOKEN_LIFETIME</code></th><td><code>17m</code></td><td>set</td>")
                .contains("REFRESH_ROTATION</code></th><td><code>grace</code></td><td>default</td>")
                .contains("VERIFY_SECRET</code></th><td><code>[redacted]</code>")
                .contains("https://auth.example.com")
                .doesNotContain("ROUTER_HTTPS_PORT")
                .doesNotContain(RunningOracle.VERIFY_SECRET, RunningOracle.GATEWAY_SECRET, TOKEN, "jdbc:h2")
                .doesNotContain("the-verify-secret-before", "the-secret-of-the-app", "the-token-of-registration");
        assertThat(settings.split("<th scope=\"row\">", -1).length - 1).isEqualTo((int) KnownSettings.all().stream()
                .filter(setting -> setting.owner() != dev.mcpgateway.settings.Owner.ROUTER)
                .count());
    }

    @Test
    void leadsToTheRoutersPage() throws IOException {
        signIn(TOKEN);
        assertThat(page("/console")).doesNotContain(">Router<");

        restart(Map.of("ROUTER_STATUS_URL", "http://127.0.0.1:9001/"));
        assertThat(send(request("/console/sign-in")).body()).doesNotContain("127.0.0.1:9001");
        signIn(TOKEN);

        assertThat(page("/console")).contains("<a href=\"http://127.0.0.1:9001/\">Router</a>");
    }

    @Test
    void speaksTheLanguageOfTheReader() {
        assertThat(send(request("/console/sign-in").header("Accept-Language", "de"))
                        .body())
                .contains("<html lang=\"de\">", "Verwaltungstoken");
    }

    @Test
    void renewsByAScriptOfItsOwn() {
        signIn(TOKEN);
        String page = page("/console");
        Matcher script = Pattern.compile("<script src=\"([^\"]+)\"").matcher(page);
        assertThat(script.find()).isTrue();

        HttpResponse<String> served = send(request(script.group(1).replace("&#x3D;", "=")));

        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(served.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        assertThat(send(request("/console"))
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .contains("script-src 'self'; connect-src 'self'");
    }
}
