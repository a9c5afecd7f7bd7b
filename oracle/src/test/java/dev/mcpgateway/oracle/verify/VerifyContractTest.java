package dev.mcpgateway.oracle.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Replays the questions of docs/contracts/verify-cases.json. */
class VerifyContractTest {
    private static final Path CASES = Path.of("../docs/contracts/verify-cases.json");
    private static final String SERVICES = """
            services:
              echo: {upstream: x, allow: ['*']}
              files: {upstream: x, allow: ['*']}
              tools: {upstream: x, allow: ['*'], tools: {allow: [echo]}}
            """;
    private static final List<String> IDENTITY_HEADERS =
            List.of("X-User-Id", "X-User-Name", "X-User-Email", "X-Client-Id", "X-Scope", "X-Identity-Assertion");
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    @TestFactory
    Stream<DynamicTest> answersTheQuestionsOfTheContract() throws IOException {
        try (var reader = Json.createReader(Files.newBufferedReader(CASES))) {
            JsonArray questions = reader.readObject().getJsonArray("questions");
            assertThat(questions).hasSizeGreaterThan(55);
            return questions.getValuesAs(JsonObject.class).stream()
                    .map(question ->
                            DynamicTest.dynamicTest(question.getString("description"), () -> replay(question)));
        }
    }

    private static void replay(JsonObject question) {
        try (RunningOracle oracle = RunningOracle.startWithFile(SERVICES)) {
            HttpRequest.Builder request = oracle.request("/verify");
            secret(question.getString("secret")).ifPresent(secret -> request.header("Gateway-Verify-Secret", secret));
            question.getJsonObject("forwarded")
                    .forEach(
                            (name, value) -> texts(value).forEach(text -> request.header("X-Forwarded-" + name, text)));
            question.getOrDefault("mcp", JsonValue.EMPTY_JSON_OBJECT)
                    .asJsonObject()
                    .forEach((name, value) -> texts(value).forEach(text -> request.header(name, text)));
            String resource = "https://" + question.getString("tokenFor") + ".example.com/mcp";
            authorization(oracle, question.getString("authorization"), resource)
                    .forEach(value -> request.header("Authorization", value));
            if (question.getString("store").equals("down")) {
                oracle.store().close();
            }

            HttpResponse<String> response = oracle.send(request);

            check(response, question.getJsonObject("expect"));
        }
    }

    private static Optional<String> secret(String kind) {
        return switch (kind) {
            case "right" -> Optional.of(RunningOracle.VERIFY_SECRET);
            case "wrong" -> Optional.of(RunningOracle.VERIFY_SECRET.toUpperCase(java.util.Locale.ROOT));
            case "none" -> Optional.empty();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static List<String> authorization(RunningOracle oracle, String kind, String resource) {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, resource);
        String token = tokens.getString("access_token");
        return switch (kind) {
            case "valid", "wrong-audience" -> List.of("Bearer " + token);
            case "valid-lower-case-scheme" -> List.of("bearer " + token);
            case "expired" -> {
                oracle.clock().advance(Duration.ofHours(1).plusMinutes(1));
                yield List.of("Bearer " + token);
            }
            case "revoked" -> {
                Map<String, String> form = Map.of("client_id", client, "token", token);
                assertThat(oracle.post("/revoke", form).statusCode()).isEqualTo(200);
                yield List.of("Bearer " + token);
            }
            case "foreign-issuer" -> {
                try (RunningOracle other = RunningOracle.start(Map.of("ISSUER", "https://auth.example.net"))) {
                    yield List.of("Bearer "
                            + other.connect(other.registerClient(), resource).getString("access_token"));
                }
            }
            case "malformed" -> List.of("Bearer no-token");
            case "other-scheme" -> List.of("Basic YWxpY2U6c2VjcmV0");
            case "two-values" -> List.of("Bearer " + token, "Bearer " + token);
            case "missing" -> List.of();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static void check(HttpResponse<String> response, JsonObject expected) {
        assertThat(response.statusCode()).isEqualTo(expected.getInt("status"));
        assertThat(response.headers().allValues("Cache-Control"))
                .containsExactly(response.statusCode() == 204 ? "private, max-age=5" : "no-store");
        List<String> identity = expected.containsKey("identity")
                ? texts(expected.get("identity")).toList()
                : List.of();
        for (String name : IDENTITY_HEADERS) {
            List<String> values = response.headers().allValues(name);
            if (identity.contains(name)) {
                assertThat(values).hasSize(1).noneMatch(String::isBlank);
            } else if (identity.isEmpty()) {
                assertThat(values).isEmpty();
            }
        }
        switch (response.statusCode()) {
            case 204 -> {
                assertThat(response.body()).isEmpty();
                assertThat(response.headers().firstValueAsLong("Gateway-Expires"))
                        .isPresent();
                assertThat(response.headers()
                                .firstValue("Gateway-Subjects")
                                .orElseThrow()
                                .split(" ", -1))
                        .hasSize(4)
                        .doesNotHaveDuplicates();
            }
            case 503 -> assertThat(response.headers().firstValue("Retry-After")).isPresent();
            default -> assertThat(RunningOracle.json(response)).containsKeys("error", "error_description", "error_id");
        }
        checkChallenge(response, expected.getOrDefault("challenge", JsonValue.NULL));
    }

    private static void checkChallenge(HttpResponse<String> response, JsonValue expected) {
        List<String> challenges = response.headers().allValues("WWW-Authenticate");
        if (!(expected instanceof JsonObject parameters)) {
            assertThat(challenges).isEmpty();
            return;
        }
        assertThat(challenges).hasSize(1).allMatch(challenge -> challenge.startsWith("Bearer "));
        Map<String, String> sent = PARAMETER
                .matcher(challenges.getFirst())
                .results()
                .collect(java.util.stream.Collectors.toMap(match -> match.group(1), match -> match.group(2)));
        parameters.forEach((name, value) -> {
            if (value instanceof JsonString text) {
                assertThat(sent).containsEntry(name, text.getString());
            } else {
                assertThat(sent).doesNotContainKey(name);
            }
        });
    }

    private static Stream<String> texts(JsonValue value) {
        return value instanceof JsonArray array
                ? array.getValuesAs(JsonString.class).stream().map(JsonString::getString)
                : Stream.of(((JsonString) value).getString());
    }
}
