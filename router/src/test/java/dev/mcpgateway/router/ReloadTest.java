package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class ReloadTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private ScriptedUpstream other;
    private Path token;

    @BeforeEach
    void start() throws IOException {
        other = ScriptedUpstream.playing(
                TestRouter.answering(TestRouter.answer("200 OK", "Content-Length: 5") + "other"));
        token = Files.writeString(folder.resolve("token"), TOKEN);
    }

    @AfterEach
    void stop() throws IOException {
        other.close();
    }

    private TestRouter watching(TestRouter.Setup setup) throws IOException {
        TestRouter router =
                setup.hostForm().with("ADMIN_TOKEN_FILE", token.toString()).start();
        router.watch();
        return router;
    }

    private String withOther(TestRouter router) {
        return router.yaml() + "  other:\n    upstream: http://%s/mcp\n".formatted(other.endpoint());
    }

    private static String request(TestRouter router, String host, String target) {
        return "GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                .formatted(target, host, router.router().httpsPort());
    }

    private static int status(TestRouter router, String host) {
        try (RawClient client = router.connect(host)) {
            return client.send(request(router, host, "/mcp")).read().status();
        } catch (UncheckedIOException | IOException _) {
            return 0; // no certificate for this host yet
        }
    }

    private static String routes(TestRouter router) {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send(router.get("/admin/routes", "Authorization: Bearer " + TOKEN))
                    .read()
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void servesANewHostWithACertificateAndDropsNoStream() throws IOException {
        Semaphore next = new Semaphore(0);
        TestRouter.Setup setup = TestRouter.setup().service(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                next.acquire();
                peer.send("8\r\ndata: 1\n\r\n");
            }
        });
        try (TestRouter router = watching(setup);
                RawClient stream = router.connect("echo.example.test");
                RawClient idle = router.connect("auth.example.test")) {
            stream.send(request(router, "echo.example.test", "/mcp")).readHead();
            assertThat(idle.send(request(router, "auth.example.test", "/x"))
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(status(router, "other.example.test")).isZero();

            router.rewrite(withOther(router));
            Eventually.holds(() -> status(router, "other.example.test") == 200);
            next.release();
            assertThat(stream.readChunk()).isEqualTo("data: 1\n");
            assertThat(idle.send(request(router, "auth.example.test", "/x"))
                            .read()
                            .status())
                    .isEqualTo(200);

            router.rewrite("services: {other: {upstream: 'http://%s/mcp'}}".formatted(other.endpoint()));
            Eventually.holds(() -> status(router, "echo.example.test") == 0);
            next.release();
            assertThat(stream.readChunk()).isEqualTo("data: 1\n");
            assertThat(status(router, "other.example.test")).isEqualTo(200);
        }
    }

    @Test
    void keepsWhatWasWhileTheFileIsWrongAndSaysWhy() throws IOException {
        try (TestRouter router = watching(TestRouter.setup())) {
            router.rewrite(withOther(router) + """
                    routes:
                      x: {rule: Hots(`x`), service: echo}
                      y: {rule: Path(`/`), service: ecko}
                    """);
            Eventually.holds(() -> routes(router).contains("\"since\":\"20"));

            assertThat(routes(router))
                    .contains("routes.x has a rule that cannot be read: column 1: found 'Hots'")
                    .contains("routes.y is for the service 'ecko'")
                    .contains("\"name\":\"echo\"")
                    .doesNotContain("\"name\":\"other\"");
            assertThat(status(router, "echo.example.test")).isEqualTo(200);

            router.rewrite(withOther(router));
            Eventually.holds(() -> status(router, "other.example.test") == 200);
            assertThat(routes(router)).contains("\"rejected\":null");
        }
    }

    @Test
    void keepsWhatWasWhenTheFileIsGoneOrNoText() throws IOException {
        try (TestRouter router = watching(TestRouter.setup())) {
            router.delete();
            Eventually.holds(() -> routes(router).contains("cannot be read (NoSuchFileException)"));
            assertThat(status(router, "echo.example.test")).isEqualTo(200);

            router.rewrite(router.yaml());
            Eventually.holds(() -> routes(router).contains("\"rejected\":null"));

            router.rewrite("services: {");
            Eventually.holds(() -> routes(router).contains("not valid YAML"));
            assertThat(status(router, "echo.example.test")).isEqualTo(200);
        }
    }
}
