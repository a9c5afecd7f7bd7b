package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("access.log");
    }

    private TestRouter.Setup setup() {
        return TestRouter.setup().with("ACCESS_LOG", file().toString());
    }

    /** The lines, once there are that many. */
    private List<JsonObject> lines(int count) throws IOException {
        Eventually.holds(() -> count(file()) >= count);
        assertThat(count(file())).isEqualTo(count);
        return Files.readAllLines(file()).stream().map(AccessLogTest::parse).toList();
    }

    private static long count(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject parse(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }

    @Test
    void tellsWhatBecameOfARequest() throws IOException {
        String allowed = TestRouter.answer("204 No Content", "X-User-Id: 42", "X-Client-Id: client_7");
        try (TestRouter router = setup().verify(allowed).start()) {
            Instant before = Instant.now().minusSeconds(1);
            RawClient.Answer answer = router.ask(router.post("/echo/mcp", "{\"id\":1}"));

            JsonObject line = lines(1).getFirst();
            assertThat(Instant.parse(line.getString("time"))).isBetween(before, Instant.now());
            assertThat(line.getString("request_id")).isEqualTo(answer.header("X-Request-Id"));
            assertThat(line.getString("remote")).isEqualTo("127.0.0.1");
            assertThat(line.getString("method")).isEqualTo("POST");
            assertThat(line.getString("scheme")).isEqualTo("https");
            assertThat(line.getString("host")).isEqualTo(router.host());
            assertThat(line.getString("path")).isEqualTo("/echo/mcp");
            assertThat(line.getInt("status")).isEqualTo(200);
            assertThat(line.getString("service")).isEqualTo("echo");
            assertThat(line.getString("route")).isEqualTo("echo");
            assertThat(line.getString("endpoint"))
                    .isEqualTo(router.service().endpoint().authority());
            assertThat(line.getString("user")).isEqualTo("42");
            assertThat(line.getString("client_id")).isEqualTo("client_7");
            assertThat(line.getInt("request_bytes")).isEqualTo(8);
            assertThat(line.getInt("response_bytes")).isEqualTo(5);
            double verified = line.getJsonNumber("verify_millis").doubleValue();
            double firstByte = line.getJsonNumber("first_byte_millis").doubleValue();
            assertThat(verified).isNotNegative();
            assertThat(firstByte)
                    .isBetween(verified, line.getJsonNumber("millis").doubleValue());
        }
    }

    @Test
    void saysOnlyWhatThereIsToSay() throws IOException {
        try (TestRouter router = setup().verify(TestRouter.DENIED).start()) {
            router.ask(router.get("/echo/mcp"));
            router.ask(router.get("/token"));

            List<JsonObject> lines = lines(2);
            assertThat(lines.getFirst().getInt("status")).isEqualTo(401);
            assertThat(lines.getFirst()).containsKey("verify_millis").doesNotContainKeys("user", "endpoint");
            assertThat(lines.getLast().getString("service")).isEqualTo("oracle");
            assertThat(lines.getLast()).doesNotContainKeys("verify_millis", "user", "client_id");
        }
    }

    @Test
    void tellsOfRequestsThatCouldNotBeUnderstood() throws IOException {
        try (TestRouter router = setup().start()) {
            RawClient.Answer answer = router.ask(router.get("/echo/../mcp?code=s3cret"));
            assertThat(answer.status()).isEqualTo(400);

            JsonObject line = lines(1).getFirst();
            assertThat(line.getString("request_id")).isEqualTo(answer.header("X-Request-Id"));
            assertThat(line.getString("remote")).isEqualTo("127.0.0.1");
            assertThat(line.getInt("status")).isEqualTo(400);
            assertThat(line).doesNotContainKeys("path", "method");
            assertThat(MetricsTest.value(
                            router, "gateway_router_requests_total{method=\"other\",service=\"none\",status=\"4xx\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void holdsNoCredential() throws IOException {
        try (TestRouter router = setup().start()) {
            router.ask(router.get("/echo/mcp?code=s3cret", "Authorization: Bearer s3cret", "Cookie: id=s3cret"));
            router.ask(router.get("/callback?code=s3cret&state=s3cret"));

            assertThat(lines(2).toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void isForItsOwnerOnlyAndGoesOnWhereItWasMovedAway() throws IOException {
        try (TestRouter router = setup().start()) {
            router.ask(router.get("/token"));
            lines(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            Files.move(file(), folder.resolve("access.log.1"));

            router.ask(router.get("/token"));
            lines(1);
        }
    }

    @Test
    void answersAllTheSameWhenItCannotBeWritten() throws IOException {
        Path nowhere = folder.resolve("missing/access.log");
        try (TestRouter router =
                TestRouter.setup().with("ACCESS_LOG", nowhere.toString()).start()) {
            assertThat(router.ask(router.get("/token")).status()).isEqualTo(200);

            Eventually.holds(() -> metric(router, "gateway_router_access_log_dropped_total ") == 1);
        }
    }

    private static double metric(TestRouter router, String name) {
        try {
            return MetricsTest.value(router, name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
