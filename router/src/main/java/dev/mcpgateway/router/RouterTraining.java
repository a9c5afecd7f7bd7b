package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.Authorities;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * The subcommand {@code train}: a router on free loopback ports gets some requests over HTTP/1.1 and HTTP/2, so that
 * the JVM sees which classes and code a router needs. It asks nobody else, keeps nothing and ends by itself.
 */
final class RouterTraining {
    private static final int ROUNDS = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String BODY = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private RouterTraining() {}

    /** @return how many requests were answered as they should be */
    static int run() throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = Files.createTempDirectory("router-train");
        WebServer peer = peer();
        try (Router router = Router.start(settings(folder, freePort(), peer.port()))) {
            SSLContext trust = Authorities.context(Authorities.trusting(Authorities.read(router.caFile())));
            int answered = 0;
            for (HttpClient.Version version : HttpClient.Version.values()) {
                try (HttpClient client = HttpClient.newBuilder()
                        .version(version)
                        .sslContext(trust)
                        .connectTimeout(TIMEOUT)
                        .build()) {
                    answered += call(client, router);
                }
            }
            return answered;
        } finally {
            peer.stop();
            deleteAll(folder);
        }
    }

    private static int call(HttpClient client, Router router) throws IOException, InterruptedException {
        URI service = URI.create("https://localhost:" + router.httpsPort() + "/echo/mcp");
        HttpRequest request = HttpRequest.newBuilder(service)
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer training")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY))
                .build();
        int answered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (client.send(request, BodyHandlers.ofString()).statusCode() == Status.OK_200.code()) {
                answered++;
            }
        }
        String management = "http://127.0.0.1:" + router.managementPort();
        for (String path : new String[] {"/health/ready", "/metrics"}) {
            HttpRequest ask = HttpRequest.newBuilder(URI.create(management + path))
                    .timeout(TIMEOUT)
                    .build();
            if (client.send(ask, BodyHandlers.ofString()).statusCode() == Status.OK_200.code()) {
                answered++;
            }
        }
        return answered;
    }

    /** How many requests {@link #run()} makes. */
    static int requests() {
        return HttpClient.Version.values().length * (ROUNDS + 2);
    }

    /** Allows everything, and is the service as well. */
    private static WebServer peer() {
        return WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(routing -> routing.get(
                                "/verify",
                                (_, response) -> response.status(Status.NO_CONTENT_204)
                                        .header(HeaderNames.create("X-User-Id"), "1")
                                        .header(HeaderNames.create("X-User-Name"), "training")
                                        .send())
                        .post("/mcp", (request, response) -> {
                            request.content().consume();
                            response.header(HeaderNames.CONTENT_TYPE, "application/json")
                                    .send(BODY);
                        }))
                .build()
                .start();
    }

    private static RouterSettings settings(Path folder, int port, int peer) {
        Problems problems = new Problems();
        String place = "http://127.0.0.1:" + peer;
        GatewayFile file =
                GatewayFile.parse("services: {echo: {upstream: '%s'}}%n".formatted(place), GatewayFile.NAME, problems);
        Map<String, String> environment = Map.ofEntries(
                Map.entry("BASE_DOMAIN", "localhost"),
                Map.entry("ISSUER", "https://localhost:" + port),
                Map.entry("SERVICE_URLS", "path"),
                Map.entry("ROUTER_ADDRESS", "127.0.0.1"),
                Map.entry("ROUTER_HTTPS_PORT", Integer.toString(port)),
                Map.entry("ROUTER_HTTP_PORT", "0"),
                Map.entry("ROUTER_MANAGEMENT_PORT", "0"),
                Map.entry("VERIFY_URL", place + "/verify"),
                Map.entry("ORACLE_URL", place),
                Map.entry("VERIFY_SECRET", "training-training-training-training"),
                Map.entry("CERTIFICATES_DIR", folder.resolve("certificates").toString()),
                Map.entry("DRAIN_TIMEOUT", "0s"));
        return RouterSettings.read(new Settings(environment, file, problems));
    }

    /** The port is part of the service's URL, so it has to be known before the router starts. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
