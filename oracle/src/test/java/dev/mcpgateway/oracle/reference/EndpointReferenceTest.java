package dev.mcpgateway.oracle.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends every request that docs/reference/endpoints.md shows, and compares what comes back with what it shows. */
class EndpointReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/reference/endpoints.md");
    private static final String ADMIN_TOKEN = "the-admin-token-of-these-tests";
    private static final String MANAGEMENT = "127.0.0.1:9000";

    private static final String CLIENT_SECRET = "the-secret-of-the-nightly-report-1";
    private static final String SERVICES = """
            services:
              echo: {upstream: x, allow: [github:alice, client:nightly], introspection: [nightly]}
              files: {upstream: x, allow: [github:alice]}
            clients:
              nightly: {secret_file: %s, grant_types: [client_credentials]}
            """;

    private final Placeholders placeholders = new Placeholders();

    @Test
    void answersEveryExampleAsItIsWritten(@TempDir Path folder) throws IOException {
        List<Example> examples = Example.parse(Files.readAllLines(REFERENCE));
        Path tokenFile = Files.writeString(folder.resolve("admin-token"), ADMIN_TOKEN);
        placeholders.set("verify_secret", RunningOracle.VERIFY_SECRET);
        placeholders.set("admin_token", ADMIN_TOKEN);

        Path secretFile = Files.writeString(folder.resolve("secret"), CLIENT_SECRET);
        placeholders.set("client_secret", CLIENT_SECRET);
        Map<String, String> environment = Map.of("ADMIN_TOKEN_FILE", tokenFile.toString());

        try (RunningOracle oracle =
                RunningOracle.startWithFile(environment, SERVICES.replace("%s", secretFile.toString()))) {
            Browser browser = new Browser(oracle);
            HttpResponse<String> answer = null;
            for (Example example : examples) {
                switch (example.kind()) {
                    case "request" -> answer = send(oracle, browser, example);
                    case "answer" -> compare(example, required(answer));
                    case "onward" -> {
                        answer = allow(browser, required(answer));
                        compare(example, answer);
                    }
                    default -> throw new AssertionError("unknown kind of example at line " + example.line());
                }
            }
        }

        assertThat(examples).hasSizeGreaterThan(20);
    }

    private HttpResponse<String> send(RunningOracle oracle, Browser browser, Example example) {
        String[] start = placeholders.fill(example.start()).split(" ", -1);
        String method = start[0];
        String target = start[1];
        String host = placeholders.fill(example.headers().get("Host"));
        HttpRequest.Builder request =
                host.equals(MANAGEMENT) ? oracle.managementRequest(target) : oracle.request(target);
        example.headers().forEach((name, value) -> {
            if (!name.equals("Host")) {
                request.header(name, placeholders.fill(value));
            }
        });
        if (!host.startsWith("127.0.0.1") && !host.startsWith("auth:")) {
            throughRouter(request, host, target);
        }
        String body = placeholders.fill(example.body()).replace("\n", "");
        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return target.startsWith("/authorize") || target.startsWith("/device?")
                ? browser.send(request)
                : oracle.send(request);
    }

    private static void throughRouter(HttpRequest.Builder request, String host, String target) {
        request.header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", host)
                .header("X-Forwarded-Uri", target);
    }

    /** Presses Allow and signs in. */
    private static HttpResponse<String> allow(Browser browser, HttpResponse<String> consentPage) {
        URI provider = Browser.onward(browser.decide(consentPage, "allow"));
        String state = Browser.query(provider).required("state");
        return browser.get("/callback?state=" + state + "&user=alice");
    }

    private void compare(Example written, HttpResponse<String> actual) {
        String where = "line " + written.line();
        String status = written.start().split(" ", -1)[1];
        assertThat(actual.statusCode()).as("%s: %s", where, actual.body()).isEqualTo(Integer.parseInt(status));
        written.headers()
                .forEach((name, value) -> placeholders.learn(
                        where + " " + name,
                        value,
                        String.join(", ", actual.headers().allValues(name.toLowerCase(Locale.ROOT)))));
        if (written.headers().getOrDefault("Content-Type", "").contains("json")) {
            placeholders.learnJson(where, written.body(), actual.body());
        } else if (!written.body().isEmpty()) {
            placeholders.learn(where, written.body(), actual.body().strip());
        }
    }

    private static HttpResponse<String> required(@org.jspecify.annotations.Nullable HttpResponse<String> answer) {
        assertThat(answer).as("a request before the answer").isNotNull();
        return answer;
    }
}
