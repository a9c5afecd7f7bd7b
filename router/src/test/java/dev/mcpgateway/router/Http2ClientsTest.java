package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Clients that others wrote. */
class Http2ClientsTest {
    private static final Path CURL = Path.of("/usr/bin/curl");

    private static HttpClient client(TestRouter router, Version version) {
        return HttpClient.newBuilder()
                .sslContext(router.trust())
                .version(version)
                .build();
    }

    private static HttpRequest.Builder request(TestRouter router, String path) {
        return HttpRequest.newBuilder(URI.create("https://" + router.host() + path));
    }

    @Test
    void servesBothVersionsOnOneListener() throws Exception {
        try (TestRouter router = TestRouter.setup().start()) {
            for (Version version : Version.values()) {
                if (version != Version.HTTP_1_1 && version != Version.HTTP_2) {
                    continue;
                }
                try (HttpClient client = client(router, version)) {
                    HttpResponse<String> answer = client.send(
                            request(router, "/echo/mcp")
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build(),
                            BodyHandlers.ofString());

                    assertThat(answer.version()).isEqualTo(version);
                    assertThat(answer.body()).isEqualTo("hello");
                    assertThat(router.service().requests().getLast()).endsWith("\r\n\r\n{}");
                }
            }
        }
    }

    @Test
    void speaksOnlyHttp1WhereHttp2IsOff() throws Exception {
        try (TestRouter router = TestRouter.setup().with("HTTP2", "off").start();
                HttpClient client = client(router, Version.HTTP_2)) {
            HttpResponse<String> answer =
                    client.send(request(router, "/echo/mcp").build(), BodyHandlers.ofString());

            assertThat(answer.version()).isEqualTo(Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("hello");
        }
    }

    @Test
    void answersManyRequestsAtOnceWithoutMixingThemUp() throws Exception {
        Script echo = peer -> {
            for (var request = peer.readRequest(); request.isPresent(); request = peer.readRequest()) {
                String target = request.get().split(" ", 3)[1];
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
            }
        };
        try (TestRouter router = TestRouter.setup().service(echo).start();
                HttpClient client = client(router, Version.HTTP_2)) {
            client.send(request(router, "/echo/mcp").build(), BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(client.sendAsync(request(router, "/echo/mcp/" + i).build(), BodyHandlers.ofString()));
            }

            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get().body()).isEqualTo("/up/" + i);
            }
        }
    }

    @Test
    void passesEventsAtOnce() throws Exception {
        Semaphore next = new Semaphore(0);
        Script events = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            for (int i = 1; i <= 3; i++) {
                next.acquire();
                peer.send("data: " + i + "\n\n");
            }
        };
        try (TestRouter router = TestRouter.setup().service(events).start();
                HttpClient client = client(router, Version.HTTP_2)) {
            HttpResponse<InputStream> answer =
                    client.send(request(router, "/echo/mcp").build(), BodyHandlers.ofInputStream());

            assertThat(answer.statusCode()).isEqualTo(200);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (int i = 1; i <= 3; i++) {
                    next.release();
                    assertThat(lines.readLine()).isEqualTo("data: " + i);
                    assertThat(lines.readLine()).isEmpty();
                }
                assertThat(lines.readLine()).isNull();
            }
        }
    }

    @Test
    void servesCurl() throws Exception {
        assumeTrue(
                Files.isExecutable(CURL) && run(CURL.toString(), "--version").contains("HTTP2"),
                "curl with HTTP/2 was not found");
        String body = "0123456789".repeat(30_000);
        try (TestRouter router = TestRouter.setup()
                .service("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .start()) {
            Path sent = Files.createTempFile("curl", "body");
            Files.writeString(sent, body);
            String answer = run(
                    CURL.toString(),
                    "--silent",
                    "--http2",
                    "--cacert",
                    router.router().caFile().toString(),
                    "--data-binary",
                    "@" + sent,
                    "--write-out",
                    " %{http_version} %{http_code}",
                    "https://" + router.host() + "/echo/mcp");
            Files.delete(sent);

            assertThat(answer).isEqualTo(body + " 2 200");
            assertThat(router.service().requests().getLast()).endsWith("\r\n\r\n" + body);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
