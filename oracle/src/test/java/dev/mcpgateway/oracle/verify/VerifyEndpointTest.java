package dev.mcpgateway.oracle.verify;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();

    @AfterEach
    void stop() {
        oracle.close();
    }

    @Test
    void namesUserClientAndScope() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);

        HttpResponse<String> response = oracle.verify(ECHO, tokens.getString("access_token"));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().allValues("X-User-Id")).containsExactly("4711");
        assertThat(response.headers().allValues("X-User-Name")).containsExactly("alice");
        assertThat(response.headers().allValues("X-Client-Id")).containsExactly(client);
        assertThat(response.headers().allValues("X-Scope")).containsExactly("mcp");
        assertThat(response.headers().firstValueAsLong("Gateway-Expires"))
                .hasValue(Instant.parse("2026-11-01T13:01:00Z").getEpochSecond());
    }

    @Test
    void challengesWithTheMetadataOfTheServiceAsked() {
        HttpResponse<String> response = oracle.send(oracle.question(URI.create(ECHO)));

        assertThat(response.headers().allValues("WWW-Authenticate"))
                .containsExactly(
                        "Bearer resource_metadata=\"https://echo.example.com/.well-known/oauth-protected-resource/mcp\", scope=\"mcp\"");
        assertThat(RunningOracle.json(response).getString("error_description"))
                .isEqualTo("an access token for https://echo.example.com/mcp is needed");
    }

    @Test
    void namesARefusalAsTheRoutersLogDoes() {
        HttpResponse<String> response =
                oracle.send(oracle.question(URI.create(ECHO)).header("X-Request-Id", "a0729874e86855ae"));
        HttpResponse<String> odd =
                oracle.send(oracle.question(URI.create(ECHO)).header("X-Request-Id", "a b error_id=forged"));

        assertThat(RunningOracle.json(response).getString("error_id")).isEqualTo("a0729874e86855ae");
        assertThat(RunningOracle.json(odd).getString("error_id")).doesNotContain("forged");
    }

    @Test
    void saysWhatIsWrongWithAToken() {
        HttpResponse<String> response = oracle.verify(ECHO, "x");

        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value)
                        .startsWith(
                                "Bearer error=\"invalid_token\", error_description=\"the access token is malformed\""));
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("invalid_token");
    }

    @Test
    void refusesAUserWhoIsNotAdmittedAnyMore() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");

        try (RunningOracle stricter = oracle.sibling("github:bob")) {
            HttpResponse<String> response = stricter.verify(ECHO, token);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("you may not use this service any more");
        }
    }

    @Test
    void neverTakesARefreshTokenForAnAccessToken() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("refresh_token");

        assertThat(oracle.verify(ECHO, token).statusCode()).isEqualTo(401);
    }

    @Test
    void acceptsThePreviousSecretWhileItIsBeingChanged() {
        try (RunningOracle changing = RunningOracle.start(Map.of(
                "VERIFY_SECRET",
                "the-verify-secret-after-the-change",
                "VERIFY_SECRET_PREVIOUS",
                RunningOracle.VERIFY_SECRET))) {
            String token = changing.connect(changing.registerClient(), ECHO).getString("access_token");
            HttpRequest.Builder withTheNew = changing.question(URI.create(ECHO))
                    .setHeader("Gateway-Verify-Secret", "the-verify-secret-after-the-change");
            HttpRequest.Builder withAnother = changing.question(URI.create(ECHO))
                    .setHeader("Gateway-Verify-Secret", "some-other-secret-of-enough-letters");

            assertThat(changing.verify(ECHO, token).statusCode()).isEqualTo(204);
            assertThat(changing.send(withTheNew.header("Authorization", "Bearer " + token))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(changing.send(withAnother.header("Authorization", "Bearer " + token))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void showsBrowsersAPage() {
        HttpResponse<String> response = oracle.send(oracle.question(URI.create(ECHO))
                .header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.body()).contains("Add its address, https://echo.example.com/mcp, to your MCP client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json, text/event-stream", "text/html, application/json", "*/*"})
    void answersProgramsInJson(String accept) {
        HttpResponse<String> response =
                oracle.send(oracle.question(URI.create(ECHO)).header("Accept", accept));

        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    private static HttpResponse<String> call(
            RunningOracle oracle, String resource, String token, Map<String, String> headers) {
        HttpRequest.Builder request = oracle.question(URI.create(resource)).header("Authorization", "Bearer " + token);
        headers.forEach(request::header);
        return oracle.send(request);
    }

    private static Map<String, String> callOf(String tool) {
        return Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool);
    }

    @Test
    void namesWhatTheAnswerDependsOnOpaquelyAndTheSameOnEveryOracle() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);
        String first = tokens.getString("access_token");
        String second = RunningOracle.json(oracle.refresh(client, tokens.getString("refresh_token")))
                .getString("access_token");
        try (RunningOracle sibling = oracle.sibling("*")) {
            List<String> subjects = subjects(oracle.verify(ECHO, first));

            assertThat(subjects)
                    .hasSize(4)
                    .doesNotHaveDuplicates()
                    .allMatch(handle -> handle.matches("[A-Za-z0-9_-]{22}"));
            assertThat(subjects(sibling.verify(ECHO, first))).isEqualTo(subjects);
            // Another token of the same grant.
            assertThat(subjects(oracle.verify(ECHO, second)).subList(1, 4)).isEqualTo(subjects.subList(1, 4));
            assertThat(subjects(oracle.verify(ECHO, second)).getFirst()).isNotEqualTo(subjects.getFirst());
        }
    }

    private static List<String> subjects(HttpResponse<String> answer) {
        return List.of(
                answer.headers().firstValue("Gateway-Subjects").orElseThrow().split(" ", -1));
    }

    @Test
    void asksForAScopeThatATokenLacks() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
        try (RunningOracle wider =
                oracle.siblingWithFile("services: {echo: {upstream: x, allow: ['*'], scopes: [mcp, write]}}")) {
            HttpResponse<String> response = wider.verify(ECHO, token);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .startsWith("Bearer error=\"insufficient_scope\"")
                    .contains("scope=\"mcp write\"", "resource_metadata=\"https://echo.example.com/");
            assertThat(RunningOracle.json(response).getString("error")).isEqualTo("insufficient_scope");
        }
    }

    @Test
    void statesWhoCallsToTheServicesThatWantItSigned() throws Exception {
        try (RunningOracle asserting = RunningOracle.startWithFile(
                "services: {echo: {upstream: x, allow: ['*'], identity_assertion: true}, files: {upstream: x, allow: ['*']}}")) {
            String client = asserting.registerClient();
            String token = asserting.connect(client, ECHO).getString("access_token");
            String other = asserting.connect(client, RunningOracle.FILES).getString("access_token");

            String assertion = asserting
                    .verify(ECHO, token)
                    .headers()
                    .firstValue("X-Identity-Assertion")
                    .orElseThrow();
            JsonWebKeySet keys =
                    new JsonWebKeySet(asserting.send(asserting.request("/jwks")).body());
            JwtClaims claims = new JwtConsumerBuilder()
                    .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
                    .setExpectedType(true, "identity+jwt")
                    .setExpectedIssuer("https://auth.example.com")
                    .setExpectedAudience(ECHO)
                    .setEvaluationTime(
                            NumericDate.fromMilliseconds(asserting.clock().millis()))
                    .build()
                    .processToClaims(assertion);

            assertThat(claims.getSubject()).isEqualTo("4711");
            assertThat(claims.getStringClaimValue("client_id")).isEqualTo(client);
            assertThat(asserting.verify(ECHO, assertion).statusCode()).isEqualTo(401);
            assertThat(asserting.verify(RunningOracle.FILES, other).headers().map())
                    .doesNotContainKey("x-identity-assertion");
        }
    }

    @Test
    void opensToolsByUserAndClient() {
        String client = oracle.registerClient();
        String token = oracle.connect(client, ECHO).getString("access_token");
        try (RunningOracle ruled = oracle.siblingWithFile("""
                services:
                  echo:
                    upstream: x
                    allow: ['*']
                    tools:
                      - deny: [drop_*]
                      - for: [github:bob]
                        allow: ['*']
                      - for: [client:%s]
                        allow: [read_*, echo]
                """.formatted(client))) {
            assertThat(call(ruled, ECHO, token, callOf("echo")).statusCode()).isEqualTo(204);
            assertThat(call(ruled, ECHO, token, callOf("read_file")).statusCode())
                    .isEqualTo(204);
            assertThat(call(ruled, ECHO, token, callOf("echo2")).statusCode()).isEqualTo(403);
            HttpResponse<String> denied = call(ruled, ECHO, token, callOf("drop_table"));
            assertThat(denied.statusCode()).isEqualTo(403);
            assertThat(RunningOracle.json(denied).getString("error_description"))
                    .contains("the tool 'drop_table' is not open to you here");
            assertThat(oracle.dump()).contains("verify.denied");
            // What is no call passes.
            assertThat(call(
                                    ruled,
                                    ECHO,
                                    token,
                                    Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list"))
                            .statusCode())
                    .isEqualTo(204);
            // A client of which no rule says what it may.
            String another = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
            assertThat(call(ruled, ECHO, another, callOf("anything")).statusCode())
                    .isEqualTo(204);
            assertThat(call(ruled, ECHO, another, callOf("drop_table")).statusCode())
                    .isEqualTo(403);
            // "drop_table", as names that are not ASCII travel.
            assertThat(call(ruled, ECHO, another, callOf("=?base64?ZHJvcF90YWJsZQ==?="))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    static Stream<Map<String, String>> headersThatProveNothing() {
        Map<String, String> call = callOf("echo");
        return Stream.of(
                Map.of(),
                without(call, "MCP-Protocol-Version"),
                without(call, "Mcp-Method"),
                without(call, "Mcp-Name"),
                with(call, "MCP-Protocol-Version", "2025-11-25"),
                with(call, "MCP-Protocol-Version", "latest"),
                with(call, "Mcp-Name", "=?base64?%%%?="));
    }

    private static Map<String, String> without(Map<String, String> headers, String name) {
        Map<String, String> fewer = new HashMap<>(headers);
        fewer.remove(name);
        return fewer;
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    @ParameterizedTest
    @MethodSource("headersThatProveNothing")
    void refusesWhereThereAreRulesWhatDoesNotSayReliablyWhatItIs(Map<String, String> headers) {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
        try (RunningOracle ruled =
                oracle.siblingWithFile("services: {echo: {upstream: x, allow: ['*'], tools: {allow: [echo]}}}")) {
            HttpResponse<String> response = call(ruled, ECHO, token, headers);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("takes requests of MCP 2026-07-28 or later alone");
            assertThat(call(oracle, ECHO, token, headers).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void refusesRepeatedHeadersWhereThereAreRules() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
        try (RunningOracle ruled =
                oracle.siblingWithFile("services: {echo: {upstream: x, allow: ['*'], tools: {allow: [echo]}}}")) {
            HttpRequest.Builder request = ruled.question(URI.create(ECHO)).header("Authorization", "Bearer " + token);
            callOf("echo").forEach(request::header);

            assertThat(ruled.send(request.copy()).statusCode()).isEqualTo(204);
            assertThat(ruled.send(request.copy().header("Mcp-Name", "other")).statusCode())
                    .isEqualTo(403);
            assertThat(ruled.send(request.copy().header("Mcp-Method", "tools/list"))
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
