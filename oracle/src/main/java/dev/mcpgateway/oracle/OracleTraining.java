package dev.mcpgateway.oracle;

import dev.mcpgateway.oracle.identity.GithubIdentityProvider;
import dev.mcpgateway.oracle.identity.GithubSettings;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The subcommand {@code train}: an oracle on free loopback ports registers a client, shows the page of a sign-in,
 * issues tokens and verifies them, so that the JVM sees which classes and code an oracle needs. It asks nobody else,
 * keeps nothing but what it wrote to the store that it was given, and ends by itself.
 */
final class OracleTraining {
    private static final int ROUNDS = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String SECRET = "training-training-training-training";
    private static final String SERVICE = "https://echo.training.example/mcp";
    private static final String REDIRECT = "http://127.0.0.1:1/callback";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String base;
    private final String management;

    private OracleTraining(Oracle oracle) {
        base = "http://127.0.0.1:" + oracle.port();
        management = "http://127.0.0.1:" + oracle.managementPort();
    }

    /**
     * Trains on an empty store.
     *
     * @param storeUrl a store to write to, which is to be thrown away; an embedded one in a new folder if empty
     * @throws IOException if something was not answered as it should be
     */
    static void run(String storeUrl) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("oracle-train");
        try {
            OracleSettings settings = settings(folder, storeUrl);
            Clock clock = Clock.systemUTC();
            GithubSettings github = GithubSettings.read(settings.source()).orElseThrow();
            try (Store store = StoreProvider.openAny(settings.storageUrl().reveal(), clock);
                    Oracle oracle = Oracle.start(
                            settings,
                            store,
                            List.of(new GithubIdentityProvider(github, settings.jwtSecrets())),
                            clock)) {
                OracleTraining training = new OracleTraining(oracle);
                for (int round = 0; round < ROUNDS; round++) {
                    training.round();
                }
                training.client.close();
            }
        } finally {
            try (var paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void round() throws IOException, InterruptedException {
        for (String path : List.of(
                "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks", "/health")) {
            ask(200, request(base + path));
        }
        ask(200, request(management + "/health/ready"));
        ask(401, verify("nonsense"));

        String id = Json.parseObject(
                        ask(
                                201,
                                request(base + "/register")
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString("""
                                                        {"client_name":"training","redirect_uris":["%s"],\
                                                        "token_endpoint_auth_method":"none"}""".formatted(REDIRECT)))),
                        OAuthError.SERVER_ERROR)
                .getString("client_id");
        ask(
                200,
                request(base + "/authorize?response_type=code&client_id=" + encoded(id) + "&redirect_uri="
                                + encoded(REDIRECT) + "&resource=" + encoded(SERVICE)
                                + "&state=training&code_challenge_method=S256&code_challenge="
                                + "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
                        .header("Accept", "text/html"));

        String token = Json.parseObject(
                        ask(
                                200,
                                request(base + "/token")
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=training"
                                                + "&client_secret=" + SECRET + "&resource=" + encoded(SERVICE)))),
                        OAuthError.SERVER_ERROR)
                .getString("access_token");
        ask(204, verify(token));
        ask(204, verify(token));
    }

    private HttpRequest.Builder verify(String token) {
        return request(base + "/verify")
                .header("Gateway-Verify-Secret", SECRET)
                .header("Authorization", "Bearer " + token)
                .header("X-Forwarded-Method", "POST")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "echo.training.example")
                .header("X-Forwarded-Uri", "/mcp")
                .header("X-Forwarded-For", "192.0.2.1");
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(TIMEOUT);
    }

    private String ask(int expected, HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request = builder.build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IOException("%s %s answered %d instead of %d"
                    .formatted(request.method(), request.uri().getPath(), response.statusCode(), expected));
        }
        return response.body();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static OracleSettings settings(Path folder, String storeUrl) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        Problems problems = new Problems();
        String yaml = """
                services: {echo: {upstream: 'http://echo:3000', allow: ['client:training']}}
                clients: {training: {secret_file: '%s', grant_types: [client_credentials]}}
                """.formatted(secret);
        GatewayFile file = GatewayFile.parse(yaml, GatewayFile.NAME, problems);
        Map<String, String> environment = Map.ofEntries(
                Map.entry("BASE_DOMAIN", "training.example"),
                Map.entry("ORACLE_ADDRESS", "127.0.0.1"),
                Map.entry("ORACLE_PORT", "0"),
                Map.entry("ORACLE_MANAGEMENT_PORT", "0"),
                Map.entry("VERIFY_SECRET", SECRET),
                Map.entry("GATEWAY_JWT_SECRET", SECRET),
                Map.entry("GITHUB_CLIENT_ID", "training"),
                Map.entry("GITHUB_CLIENT_SECRET", SECRET),
                Map.entry("ALLOWED_GITHUB_USERS", "*"),
                Map.entry("KEYS_DIR", folder.toString()),
                Map.entry("STORAGE_URL", storeUrl.isEmpty() ? "jdbc:h2:" + folder.resolve("store") : storeUrl));
        return OracleSettings.read(new Settings(environment, file, problems));
    }
}
