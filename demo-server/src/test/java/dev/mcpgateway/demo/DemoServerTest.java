package dev.mcpgateway.demo;

import static dev.mcpgateway.demo.McpClient.call;
import static dev.mcpgateway.demo.McpClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DemoServerTest {
    private final DemoServer server = DemoServer.start("127.0.0.1", 0);
    private final McpClient client = new McpClient(server.port());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2025-11-25, 2025-11-25",
        "2025-06-18, 2025-06-18",
        "2025-03-26, 2025-03-26",
        "2024-11-05, 2025-11-25",
        "2999-01-01, 2025-11-25"
    })
    void speaksTheVersionThatTheClientAsksForOrTheNewest(String asked, String spoken) {
        HttpResponse<String> response =
                client.post("", call(1, "initialize", "{\"protocolVersion\":\"%s\"}".formatted(asked)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).getJsonObject("result").getString("protocolVersion"))
                .isEqualTo(spoken);
    }

    @Test
    void givesEverySessionItsOwnUnguessableId() {
        assertThat(client.initialize()).hasSize(36).isNotEqualTo(client.initialize());
    }

    @Test
    void acceptsNotificationsWithoutAnAnswer() {
        HttpResponse<String> response =
                client.post(client.initialize(), "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void answersPings() {
        HttpResponse<String> response = client.post(client.initialize(), call(7, "ping", "{}"));

        assertThat(json(response)).isEqualTo(json("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}"));
    }

    @Test
    void listsItsTools() {
        HttpResponse<String> response = client.post(client.initialize(), call(1, "tools/list", "{}"));

        assertThat(json(response).getJsonObject("result").getJsonArray("tools").getValuesAs(JsonObject.class))
                .extracting(tool -> tool.getString("name"))
                .containsExactly("echo", "whoami", "count");
    }

    @Test
    void echoes() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(1, "tools/call", "{\"name\":\"echo\",\"arguments\":{\"text\":\"\\u00fcber \\uD83D\\uDE80\\n\"}}"));

        assertThat(text(json(response))).isEqualTo("über 🚀\n");
    }

    @Test
    void showsTheIdentityThatArrived() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(1, "tools/call", "{\"name\":\"whoami\"}"),
                "x-user-id",
                "local:alice",
                "X-Scope",
                "mcp",
                "Accept-Language",
                "en");

        JsonObject expected = json("""
                {"headers":{"X-User-Id":["local:alice"],"X-Scope":["mcp"]},"authorizationHeader":false}""");
        assertThat(json(text(json(response)))).isEqualTo(expected);
        assertThat(json(response).getJsonObject("result").getJsonObject("structuredContent"))
                .isEqualTo(expected);
    }

    @Test
    void showsForgedSpellingsRepetitionsAndTheAuthorizationHeaderButNotItsValue() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(1, "tools/call", "{\"name\":\"whoami\"}"),
                "X_User.Id",
                "mallory",
                "X-User-Id",
                "one",
                "X-User-Id",
                "two",
                "Authorization",
                "Bearer secret-token");

        assertThat(json(text(json(response)))).isEqualTo(json("""
                {"headers":{"X_User.Id":["mallory"],"X-User-Id":["one","two"]},"authorizationHeader":true}"""));
    }

    @Test
    void countsWithProgressOnTheResponseStream() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(
                        5,
                        "tools/call",
                        "{\"name\":\"count\",\"arguments\":{\"n\":3,\"intervalMillis\":1},\"_meta\":{\"progressToken\":\"t\"}}"));

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        List<JsonObject> messages = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> json(line.substring("data: ".length())))
                .toList();
        assertThat(messages).hasSize(4);
        assertThat(messages.subList(0, 3)).allSatisfy(message -> {
            assertThat(message.getString("method")).isEqualTo("notifications/progress");
            assertThat(message.getJsonObject("params").getString("progressToken"))
                    .isEqualTo("t");
            assertThat(message.getJsonObject("params").getInt("total")).isEqualTo(3);
        });
        assertThat(messages.getLast().getInt("id")).isEqualTo(5);
        assertThat(text(messages.getLast())).isEqualTo("Counted to 3");
    }

    @Test
    void countsInPlainJsonWithoutAProgressToken() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(1, "tools/call", "{\"name\":\"count\",\"arguments\":{\"n\":2,\"intervalMillis\":0}}"));

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(text(json(response))).isEqualTo("Counted to 2");
    }

    @Test
    void stopsCountingWhenTheCallIsCancelled() throws Exception {
        String session = client.initialize();
        CompletableFuture<HttpResponse<String>> counted = CompletableFuture.supplyAsync(() -> client.post(
                session,
                call(9, "tools/call", "{\"name\":\"count\",\"arguments\":{\"n\":100,\"intervalMillis\":1000}}")));

        while (!counted.isDone()) { // until the call has begun, there is nothing to cancel
            client.post(session, """
                    {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}""");
        }

        assertThat(text(json(counted.get(1, TimeUnit.SECONDS)))).startsWith("Stopped before ");
    }

    @Test
    void sendsTheHeadOfAnEventStreamAtOnceAndEndsItWithTheSession() throws IOException {
        String session = client.initialize();
        HttpResponse<InputStream> stream = client.listen(session);
        BufferedReader events = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
        String first = events.readLine();

        HttpResponse<String> deleted = client.send(client.request(session).DELETE());

        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(first).isEqualTo(": open");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(events.lines()).containsExactly("");
        assertThat(client.post(session, call(1, "ping", "{}")).statusCode()).isEqualTo(404);
    }

    @Test
    void keepsOneEventStreamPerSession() throws IOException {
        String session = client.initialize();
        HttpResponse<InputStream> first = client.listen(session);
        HttpResponse<InputStream> second = client.listen(session);

        assertThat(new String(first.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(": open\n\n");
        second.body().close();
    }

    @Test
    void endsEventStreamsWhenItStops() throws IOException {
        HttpResponse<InputStream> stream = client.listen(client.initialize());

        server.close();

        assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(": open\n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"jsonrpc\":                                   | 400 | -32700",
                "''                                              | 400 | -32700",
                "[]                                              | 400 | -32600",
                "{}                                              | 400 | -32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}                    | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}                 | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}                           | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}      | 400 | -32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/list\"}          | 200 | -32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}              | 200 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}              | 200 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"rm\"}}    | 200 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}  | 200 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":1}} | 200 | -32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"count\",\"arguments\":{\"n\":101}}} | 200 | -32602",
            })
    void refusesWhatIsNoGoodMessage(String message, int status, int code) {
        HttpResponse<String> response = client.post(client.initialize(), message);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(errorCode(response)).isEqualTo(code);
    }

    @Test
    void refusesRequestsWithoutASession() {
        HttpResponse<String> response = client.post("", call(1, "ping", "{}"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("Mcp-Session-Id");
    }

    @Test
    void answersNotFoundForUnknownSessions() {
        assertThat(client.post("unknown", call(1, "ping", "{}")).statusCode()).isEqualTo(404);
        assertThat(client.listen("unknown").statusCode()).isEqualTo(404);
        assertThat(client.send(client.request("unknown").DELETE()).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesVersionsThatItDoesNotSpeak() {
        HttpResponse<String> response =
                client.post(client.initialize(), call(1, "ping", "{}"), "MCP-Protocol-Version", "1999-01-01");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("2025-11-25, 2025-06-18, 2025-03-26");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://attacker.example", "http://localhost.attacker.example", "null"})
    void refusesPagesThatRebindTheirName(String origin) {
        HttpResponse<String> response = client.post(client.initialize(), call(1, "ping", "{}"), "Origin", origin);

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://inspector.example", "http://localhost:6274", "http://127.0.0.1:6274"})
    void servesPagesThatAreTrusted(String origin) {
        HttpResponse<String> response = client.post(client.initialize(), call(1, "ping", "{}"), "Origin", origin);

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void namesTheMethodsThatItKnows() {
        HttpResponse<String> response = client.send(client.request("").PUT(BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("POST, GET, DELETE");
    }

    @Test
    void insistsOnTheMediaTypesOfTheTransport() {
        String session = client.initialize();

        assertThat(client.send(client.request(session, "Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(call(1, "ping", "{}"))))
                        .statusCode())
                .isEqualTo(415);
        assertThat(client.send(client.request(session, "Accept", "application/json")
                                .GET())
                        .statusCode())
                .isEqualTo(406);
    }

    @Test
    void refusesMessagesThatAreTooLarge() {
        String session = client.initialize();

        // Asks first: a refusal that comes while the message is still sent may be lost with the connection.
        HttpResponse<String> response = client.send(client.request(session)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .expectContinue(true)
                .POST(BodyPublishers.ofString(" ".repeat(1024 * 1024 + 1))));

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void saysWhenItsPortIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> DemoServer.start("127.0.0.1", other.getLocalPort()))
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + other.getLocalPort());
        }
    }

    private static String text(JsonObject answer) {
        return ((JsonString) answer.getValue("/result/content/0/text")).getString();
    }

    private static int errorCode(HttpResponse<String> response) {
        return json(response).getJsonObject("error").getInt("code");
    }
}
