package dev.mcpgateway.demo;

import static dev.mcpgateway.demo.McpClient.call;
import static dev.mcpgateway.demo.McpClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class StatelessCallTest {
    private static final String META = """
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
            "io.modelcontextprotocol/clientCapabilities":{}}""";
    private static final String ECHO = call(1, "tools/call", """
            {"name":"echo","arguments":{"text":"hello"},%s}""".formatted(META));

    private final DemoServer server = DemoServer.start("127.0.0.1", 0);
    private final McpClient client = new McpClient(server.port());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void tellsWhatItSpeaks() {
        HttpResponse<String> response = post(call(1, "server/discover", "{" + META + "}"), "server/discover");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Mcp-Session-Id")).isEmpty();
        assertThat(json(response)).isEqualTo(json("""
                {"jsonrpc":"2.0","id":1,"result":{
                  "supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},
                  "ttlMs":60000,"cacheScope":"private","resultType":"complete",
                  "_meta":{"io.modelcontextprotocol/serverInfo":
                    {"name":"mcp-gateway-demo","title":"MCP OAuth Gateway demo","version":"1"}}}}"""));
    }

    @Test
    void listsItsTools() {
        JsonObject result = json(post(call(1, "tools/list", "{" + META + "}"), "tools/list"))
                .getJsonObject("result");

        assertThat(result.getString("resultType")).isEqualTo("complete");
        assertThat(result.getJsonArray("tools").getValuesAs(JsonObject.class))
                .extracting(tool -> tool.getString("name"))
                .containsExactly("echo", "whoami", "count");
    }

    @Test
    void callsATool() {
        HttpResponse<String> response = post(ECHO, "tools/call", "Mcp-Name", "echo");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(text(json(response))).isEqualTo("hello");
        assertThat(json(response).getJsonObject("result").getString("resultType"))
                .isEqualTo("complete");
    }

    @Test
    void readsEncodedNames() {
        assertThat(text(json(post(ECHO, "tools/call", "Mcp-Name", "=?base64?ZWNobw==?="))))
                .isEqualTo("hello");
    }

    @Test
    void tellsOfProgressOnTheResponseStream() {
        String count = call(5, "tools/call", """
                {"name":"count","arguments":{"n":2,"intervalMillis":1},\
                "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientCapabilities":{},"progressToken":7}}""");

        HttpResponse<String> response = post(count, "tools/call", "Mcp-Name", "count");

        List<JsonObject> messages = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> json(line.substring("data: ".length())))
                .toList();
        assertThat(messages).hasSize(3);
        assertThat(messages.getFirst().getJsonObject("params").getInt("progressToken"))
                .isEqualTo(7);
        assertThat(text(messages.getLast())).isEqualTo("Counted to 2");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,          tools/call, echo",
                "2025-11-25, tools/call, echo",
                "2026-07-29, tools/call, echo",
                "2026-07-28, -,          echo",
                "2026-07-28, tools/list, echo",
                "2026-07-28, TOOLS/CALL, echo",
                "2026-07-28, tools/call, -",
                "2026-07-28, tools/call, whoami",
                "2026-07-28, tools/call, =?base64?d2hvYW1p?=",
                "2026-07-28, tools/call, =?base64?ZWNobw?=",
            })
    void refusesHeadersThatDifferFromTheBody(String version, String method, String name) {
        HttpResponse<String> response =
                client.post("", ECHO, headers("MCP-Protocol-Version", version, "Mcp-Method", method, "Mcp-Name", name));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(errorCode(response)).isEqualTo(-32020);
        assertThat(json(response).getInt("id")).isEqualTo(1);
    }

    @Test
    void refusesHeadersThatSayTwoThings() {
        HttpResponse<String> response = post(ECHO, "tools/call", "Mcp-Name", "echo", "Mcp-Name", "whoami");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(errorCode(response)).isEqualTo(-32020);
    }

    @Test
    void doesNotTakeACallOfASessionWhereOneHeaderSaysThatThereIsNone() {
        HttpResponse<String> response = client.post(
                client.initialize(),
                call(1, "ping", "{}"),
                "MCP-Protocol-Version",
                "2025-11-25",
                "MCP-Protocol-Version",
                "2026-07-28");

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{\"_meta\":{}}",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":1,\"io.modelcontextprotocol/clientCapabilities\":{}}}",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":1}}",
            })
    void refusesCallsThatDoNotSayHowTheyAreMade(String params) {
        HttpResponse<String> response = post(call(1, "tools/list", params), "tools/list");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(errorCode(response)).isEqualTo(-32602);
    }

    @Test
    void namesTheVersionThatItSpeaks() {
        HttpResponse<String> response = client.post(
                "",
                call(1, "server/discover", "{" + META.replace("2026-07-28", "2027-01-01") + "}"),
                headers("MCP-Protocol-Version", "2027-01-01", "Mcp-Method", "server/discover"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getJsonObject("error").getInt("code")).isEqualTo(-32022);
        assertThat(json(response).getJsonObject("error").getJsonObject("data"))
                .isEqualTo(json("{\"supported\":[\"2026-07-28\"],\"requested\":\"2027-01-01\"}"));
    }

    @ParameterizedTest
    @CsvSource({"initialize", "ping", "resources/list"})
    void doesNotKnowOtherMethods(String method) {
        HttpResponse<String> response = post(call(1, method, "{" + META + "}"), method);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(errorCode(response)).isEqualTo(-32601);
    }

    @Test
    void answersCallsThatAToolCannotDoInTheWayOfJsonRpc() {
        HttpResponse<String> response =
                post(call(1, "tools/call", "{\"name\":\"rm\"," + META + "}"), "tools/call", "Mcp-Name", "rm");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(errorCode(response)).isEqualTo(-32602);
    }

    @Test
    void acceptsNotifications() {
        HttpResponse<String> response = post("""
                {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", "notifications/cancelled");

        assertThat(response.statusCode()).isEqualTo(202);
    }

    @Test
    void hasNoEventStreamOutsideOfACall() {
        HttpResponse<String> response =
                client.send(client.request("", "MCP-Protocol-Version", "2026-07-28", "Accept", "text/event-stream")
                        .GET());

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void refusesPagesThatRebindTheirName() {
        HttpResponse<String> response =
                post(ECHO, "tools/call", "Mcp-Name", "echo", "Origin", "http://attacker.example");

        assertThat(response.statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> post(String message, String method, String... more) {
        String[] headers = headers("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method);
        return client.post(
                "", message, Stream.of(headers, more).flatMap(Arrays::stream).toArray(String[]::new));
    }

    /** Names and values in turn; null values are left out. */
    private static String[] headers(String... namesAndValues) {
        List<String> headers = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                headers.add(namesAndValues[i]);
                headers.add(namesAndValues[i + 1]);
            }
        }
        return headers.toArray(String[]::new);
    }

    private static String text(JsonObject answer) {
        return ((JsonString) answer.getValue("/result/content/0/text")).getString();
    }

    private static int errorCode(HttpResponse<String> response) {
        return json(response).getJsonObject("error").getInt("code");
    }
}
