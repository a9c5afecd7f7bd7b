package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.OidcIdentityProvider;
import dev.mcpgateway.oracle.identity.OidcSettings;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.settings.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** The npm package oidc-provider, which is certified as an OpenID provider. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class RealOpenIdProviderTest {
    private static final Path CLIENTS = Path.of("clients").toAbsolutePath();
    private static final URI CALLBACK = URI.create("https://auth.example.com/callback/company");
    private static final SignInRequest REQUEST = new SignInRequest("the-state", CALLBACK);
    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");
    private static final int MOST_STEPS = 12;

    private Process process;
    private OidcIdentityProvider provider;

    @BeforeAll
    void start() throws IOException {
        assumeTrue(
                Files.isDirectory(CLIENTS.resolve("node_modules/oidc-provider")),
                "the package oidc-provider is not installed; system-tests/run-clients does that");
        int port = Gateway.freePort();
        process = new ProcessBuilder("node", "openid-provider.mjs", Integer.toString(port), CALLBACK.toString())
                .directory(CLIENTS.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitReady(process.inputReader());
        provider = new OidcIdentityProvider(
                new OidcSettings(
                        "company",
                        "Example Ltd",
                        URI.create("http://127.0.0.1:" + port),
                        "the-gateway",
                        Secret.of("a secret: with % and &"),
                        List.of("openid", "profile", "email"),
                        "groups",
                        Map.of(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60)),
                GatewaySecrets.of(Secret.of("the-gateway-secret-of-these-tests-")),
                Clock.systemUTC());
    }

    private static void awaitReady(BufferedReader out) throws IOException {
        String line = out.readLine();
        while (line != null && !line.equals("ready")) {
            line = out.readLine();
        }
        assertThat(line).as("what the provider says when it is ready").isEqualTo("ready");
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Signs in and agrees on the provider's own pages; where the browser is sent in the end. */
    private static URI goThrough(URI authorize, String login) throws Exception {
        try (HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            URI at = authorize;
            HttpRequest.Builder next = HttpRequest.newBuilder(at);
            for (int step = 0; step < MOST_STEPS; step++) {
                HttpResponse<String> answer = browser.send(next.build(), BodyHandlers.ofString());
                if (answer.headers().firstValue("Location").isPresent()) {
                    at = at.resolve(answer.headers().firstValue("Location").get());
                    if (at.toString().startsWith(CALLBACK.toString())) {
                        return at;
                    }
                    next = HttpRequest.newBuilder(at);
                } else {
                    Matcher form = FORM.matcher(answer.body());
                    assertThat(form.find()).as(answer.body()).isTrue();
                    at = at.resolve(form.group(1));
                    String prompt = answer.body().contains("value=\"login\"")
                            ? "prompt=login&login=" + login + "&password=x"
                            : "prompt=consent";
                    next = HttpRequest.newBuilder(at)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(prompt));
                }
            }
            throw new AssertionError("the provider asks on and on, last at " + at);
        }
    }

    @Test
    void saysWhoSomebodyIsAndSaysItAgain() throws Exception {
        URI callback = goThrough(provider.authorizationUri(REQUEST), "alice");

        Identification first = provider.identify(Parameters.parse(callback.getRawQuery()), REQUEST);
        Identification second = provider.recheck(first.profile().user(), String.valueOf(first.proof()));
        Identification third = provider.recheck(second.profile().user(), String.valueOf(second.proof()));

        assertThat(first.profile().user()).isEqualTo(new User("oidc:company:alice", "alice"));
        assertThat(first.profile().facts())
                .containsExactlyInAnyOrder(
                        "oidc-email:company:alice@example.com",
                        "oidc-domain:company:example.com",
                        "oidc-group:company:Staff");
        assertThat(second.profile()).isEqualTo(first.profile());
        assertThat(third.profile()).isEqualTo(first.profile());
        assertThat(second.proof()).isNotEqualTo(first.proof());
    }
}
