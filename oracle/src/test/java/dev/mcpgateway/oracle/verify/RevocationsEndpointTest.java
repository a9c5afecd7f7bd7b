package dev.mcpgateway.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RevocationsEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        oracle.close();
        http.shutdownNow();
    }

    /** The stream as the router reads it. */
    private final class Reader implements AutoCloseable {
        private final BufferedReader lines;

        Reader(RunningOracle asked) throws IOException, InterruptedException {
            HttpResponse<InputStream> response = http.send(
                    asked.request("/verify/revocations")
                            .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            assertThat(next()).isEqualTo("heartbeat:");
        }

        /** The next event, with its data behind a colon. */
        String next() throws IOException {
            String event = lines.readLine();
            if (event == null) {
                return "end";
            }
            String data = lines.readLine();
            assertThat(event).startsWith("event: ");
            assertThat(data).startsWith("data: ");
            assertThat(lines.readLine()).isEmpty();
            return event.substring("event: ".length()) + ":" + data.substring("data: ".length());
        }

        /** The next event that is no heartbeat. */
        String nextThatSaysSomething() {
            try {
                String event = next();
                while (event.equals("heartbeat:")) {
                    event = next();
                }
                return event;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private static List<String> subjects(HttpResponse<String> answer) {
        return List.of(
                answer.headers().firstValue("Gateway-Subjects").orElseThrow().split(" ", -1));
    }

    @Test
    void tellsWhichAnswersCountNoMoreWhereverTheRevocationWasMade() throws Exception {
        String client = oracle.registerClient();
        String token = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
        List<String> subjects = subjects(oracle.verify(RunningOracle.ECHO, token));
        try (RunningOracle sibling = oracle.sibling("*");
                Reader reader = new Reader(oracle);
                Reader there = new Reader(sibling)) {
            oracle.post("/revoke", Map.of("client_id", client, "token", token));
            assertThat(reader.nextThatSaysSomething()).isEqualTo("revoked:" + subjects.get(1));
            assertThat(there.nextThatSaysSomething()).isEqualTo("revoked:" + subjects.get(1));

            oracle.store().tokens().revokeUser("4711", oracle.clock().instant());
            assertThat(reader.nextThatSaysSomething()).isEqualTo("revoked:" + subjects.get(2));

            sibling.store().tokens().revokeClient(client, oracle.clock().instant());
            assertThat(reader.nextThatSaysSomething()).isEqualTo("revoked:" + subjects.get(3));
        }
    }

    @Test
    void namesWhatWasRevokedUnderEachSecretWhileItIsBeingChanged() throws Exception {
        String client = oracle.registerClient();
        String token = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
        String before = subjects(oracle.verify(RunningOracle.ECHO, token)).get(1);
        try (RunningOracle changing = oracle.siblingWith(Map.of(
                        "GATEWAY_JWT_SECRET",
                        "another-secret-of-more-than-32-characters",
                        "GATEWAY_JWT_SECRET_PREVIOUS",
                        RunningOracle.GATEWAY_SECRET));
                Reader there = new Reader(changing)) {
            String after = subjects(changing.verify(RunningOracle.ECHO, token)).get(1);
            assertThat(after).isNotEqualTo(before);

            oracle.post("/revoke", Map.of("client_id", client, "token", token));

            assertThat(there.nextThatSaysSomething()).isEqualTo("revoked:" + after);
            assertThat(there.nextThatSaysSomething()).isEqualTo("revoked:" + before);
        }
    }

    @Test
    void givesASignOfLifeEveryTwoSeconds() throws Exception {
        try (Reader reader = new Reader(oracle)) {
            long start = System.nanoTime();

            assertThat(reader.next()).isEqualTo("heartbeat:");

            assertThat(System.nanoTime() - start).isBetween(1_500_000_000L, 4_000_000_000L);
        }
    }

    @Test
    void endsWhenTheStoreIsLostSoThatReadersKeepNothing() throws Exception {
        try (Reader reader = new Reader(oracle)) {
            oracle.store().close();

            assertThat(reader.nextThatSaysSomething()).isEqualTo("end");
        }
        HttpResponse<String> again = oracle.send(
                oracle.request("/verify/revocations").header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET));
        assertThat(again.statusCode()).isEqualTo(503);
        assertThat(again.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void tellsNobodyButTheRouter() {
        assertThat(oracle.send(oracle.request("/verify/revocations")).statusCode())
                .isEqualTo(403);
        assertThat(oracle.send(oracle.request("/verify/revocations")
                                .header("Gateway-Verify-Secret", RunningOracle.GATEWAY_SECRET))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void servesSoManyReadersAndNoMore() throws Exception {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            readers.add(new Reader(oracle));
        }
        assertThat(oracle.send(oracle.request("/verify/revocations")
                                .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET))
                        .statusCode())
                .isEqualTo(503);
        for (Reader reader : readers) {
            reader.close();
        }
    }

    @Test
    void stopsInSpiteOfReaders() throws Exception {
        RunningOracle sibling = oracle.sibling("*");
        try (Reader reader = new Reader(sibling)) {
            sibling.close();

            assertThat(reader.nextThatSaysSomething()).isEqualTo("end");
        }
    }
}
