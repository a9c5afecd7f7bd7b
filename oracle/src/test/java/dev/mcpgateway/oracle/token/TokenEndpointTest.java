package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.KeySchedules;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private String client = "";

    @BeforeEach
    void register() {
        client = oracle.registerClient();
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> redeemWith(String name, String value) {
        Map<String, String> form = new HashMap<>(RunningOracle.redemption(client, oracle.issueCode(client, ECHO)));
        form.put(name, value);
        return oracle.post("/token", form);
    }

    private HttpResponse<String> refreshWith(String refreshToken, String name, String value) {
        return oracle.post(
                "/token",
                Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", refreshToken, name, value));
    }

    private static void assertRefused(HttpResponse<String> response, int status, String error, String description) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("error")).isEqualTo(error);
        assertThat(json(response).getString("error_description")).contains(description);
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
    }

    private void assertAlive(JsonObject tokens) {
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(204);
    }

    private void assertRevoked(JsonObject tokens) {
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);
        assertRefused(oracle.refresh(client, tokens.getString("refresh_token")), 400, "invalid_grant", "was revoked");
    }

    private List<String> events() {
        return oracle.store().audit().latest(10).stream().map(AuditEvent::name).toList();
    }

    private static <T> List<T> inParallel(int times, Callable<T> task) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = threads.invokeAll(java.util.Collections.nCopies(times, task));
            return futures.stream().map(Future::resultNow).toList();
        }
    }

    @Test
    void exchangesACodeForTokens() {
        HttpResponse<String> response = oracle.redeem(client, oracle.issueCode(client, ECHO));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonObject tokens = json(response);
        assertThat(tokens.keySet())
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "refresh_token", "scope");
        assertThat(tokens.getString("token_type")).isEqualTo("Bearer");
        assertThat(tokens.getInt("expires_in")).isEqualTo(3600);
        assertThat(tokens.getString("scope")).isEqualTo("mcp");
        assertAlive(tokens);
        assertThat(events()).containsExactly("token.issued");
    }

    @Test
    void letsAClientOutliveItsGrants() {
        oracle.connect(client, ECHO);

        assertThat(oracle.store().clients().find(client).orElseThrow().expiresAt())
                .isEqualTo(oracle.clock().instant().plus(Duration.ofDays(365 + 90)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            grant_type    | ''                              | 400 | invalid_request        | grant_type
            grant_type    | password                        | 400 | unsupported_grant_type | authorization_code, refresh_token
            code          | ''                              | 400 | invalid_request        | code
            code          | guessed                         | 400 | invalid_grant          | the code is unknown
            code_verifier | ''                              | 400 | invalid_request        | code_verifier
            code_verifier | short                           | 400 | invalid_request        | 43 to 128
            code_verifier | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM | 400 | invalid_grant | does not match the code_challenge
            redirect_uri  | http://127.0.0.1:3001/callback  | 400 | invalid_grant          | redirect_uri differs
            redirect_uri  | http://127.0.0.1:3000/callback/ | 400 | invalid_grant          | redirect_uri differs
            resource      | https://files.example.com/mcp   | 400 | invalid_target         | resource differs
            resource      | nonsense                        | 400 | invalid_target         | resource differs
            client_id     | stranger                        | 401 | invalid_client         | unknown
            client_id     | ''                              | 401 | invalid_client         | client_id
            client_assertion | a.b.c                        | 400 | invalid_request        | client_assertion_type
            """)
    void saysWhatIsWrongWithARequest(String name, String value, int status, String error, String description) {
        assertRefused(redeemWith(name, value), status, error, description);
    }

    @Test
    void acceptsTheResourceInAnotherSpelling() {
        assertThat(redeemWith("resource", "https://Echo.example.com:443/mcp/").statusCode())
                .isEqualTo(200);
    }

    @Test
    void needsNoRedirectUri() {
        assertThat(redeemWith("redirect_uri", "").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesTheCodeOfAnotherClientAndLeavesItUsable() {
        String code = oracle.issueCode(client, ECHO);

        assertRefused(oracle.redeem(oracle.registerClient(), code), 400, "invalid_grant", "belongs to another client");
        assertThat(oracle.redeem(client, code).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesAnExpiredCode() {
        String code = oracle.issueCode(client, ECHO);
        oracle.clock().advance(Duration.ofMinutes(1));

        assertRefused(oracle.redeem(client, code), 400, "invalid_grant", "has expired");
    }

    @Test
    void refusesACodeThatWasUsedAndRevokesWhatItGave() {
        String code = oracle.issueCode(client, ECHO);
        JsonObject tokens = json(oracle.redeem(client, code));

        assertRefused(oracle.redeem(client, code), 400, "invalid_grant", "the code was used before");
        assertRevoked(tokens);
        assertThat(events()).containsExactly("code.reuse", "token.issued");
    }

    @Test
    void letsOneOfManyRedeemACode() throws Exception {
        String code = oracle.issueCode(client, ECHO);

        List<HttpResponse<String>> responses = inParallel(100, () -> oracle.redeem(client, code));

        assertThat(responses)
                .filteredOn(response -> response.statusCode() == 200)
                .hasSize(1);
        assertThat(responses)
                .filteredOn(response -> response.statusCode() != 200)
                .allSatisfy(response -> assertRefused(response, 400, "invalid_grant", "used before"));
        assertRevoked(json(responses.stream()
                .filter(response -> response.statusCode() == 200)
                .findFirst()
                .orElseThrow()));
    }

    @Test
    void refusesAUserWhoIsNotAdmittedAnyMore() {
        String code = oracle.issueCode(client, ECHO);

        try (RunningOracle stricter = oracle.sibling("github:bob")) {
            assertRefused(stricter.redeem(client, code), 400, "invalid_grant", "may not use this resource any more");
        }
    }

    @Test
    void refusesParametersInTheUrl() {
        String form = RunningOracle.encode(RunningOracle.redemption(client, oracle.issueCode(client, ECHO)));

        HttpResponse<String> response = oracle.send(oracle.request("/token?" + form)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.noBody()));

        assertRefused(response, 400, "invalid_request", "not in the URL");
    }

    @Test
    void refusesJson() {
        HttpResponse<String> response = oracle.send(oracle.request("/token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"grant_type\":\"refresh_token\"}")));

        assertRefused(response, 400, "invalid_request", "application/x-www-form-urlencoded");
    }

    @Test
    void refusesRepeatedParameters() {
        String form = RunningOracle.encode(RunningOracle.redemption(client, oracle.issueCode(client, ECHO)));

        HttpResponse<String> response = oracle.send(oracle.request("/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form + "&code=x")));

        assertRefused(response, 400, "invalid_request", "'code' is repeated");
    }

    @Test
    void answersPostAlone() {
        assertThat(oracle.send(oracle.request("/token")).statusCode()).isEqualTo(404);
    }

    @Test
    void challengesAConfidentialClientWithTheWrongSecret() {
        String confidential = oracle.registerClient("secret");
        String wrong =
                Base64.getEncoder().encodeToString((confidential + ":wrong").getBytes(StandardCharsets.US_ASCII));

        HttpResponse<String> response = oracle.send(oracle.request("/token")
                .header("Authorization", "Basic " + wrong)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=x")));

        assertRefused(response, 401, "invalid_client", "");
        assertThat(response.headers().firstValue("www-authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic"));
    }

    @Test
    void rotatesARefreshToken() {
        JsonObject first = oracle.connect(client, ECHO);

        JsonObject second = json(oracle.refresh(client, first.getString("refresh_token")));

        assertThat(second.getString("refresh_token")).isNotEqualTo(first.getString("refresh_token"));
        assertThat(second.getString("scope")).isEqualTo("mcp");
        assertAlive(second);
        assertThat(events()).containsExactly("token.refreshed", "token.issued");
    }

    @Test
    void givesTheSameSuccessorWithinTheGraceWindow() {
        String token = oracle.connect(client, ECHO).getString("refresh_token");
        JsonObject second = json(oracle.refresh(client, token));
        oracle.clock().advance(Duration.ofSeconds(119));

        JsonObject again = json(oracle.refresh(client, token));

        assertThat(again.getString("refresh_token")).isEqualTo(second.getString("refresh_token"));
        assertAlive(again);
        assertThat(events()).contains("token.repeated");
    }

    @Test
    void forgivesNoSecondUseWhereRotationIsStrict() {
        try (RunningOracle strict = RunningOracle.start(Map.of("REFRESH_ROTATION", "strict"))) {
            String id = strict.registerClient();
            String first = strict.connect(id, ECHO).getString("refresh_token");
            String second = RunningOracle.json(strict.refresh(id, first)).getString("refresh_token");

            assertRefused(strict.refresh(id, first), 400, "invalid_grant", "was used before");
            assertRefused(strict.refresh(id, second), 400, "invalid_grant", "was revoked");
        }
    }

    @Test
    void revokesTheFamilyWhenAnOldTokenComesBack() {
        JsonObject first = oracle.connect(client, ECHO);
        JsonObject second = json(oracle.refresh(client, first.getString("refresh_token")));
        oracle.clock().advance(Duration.ofMinutes(2));

        assertRefused(
                oracle.refresh(client, first.getString("refresh_token")), 400, "invalid_grant", "was used before");
        assertRevoked(second);
        assertThat(events()).contains("token.reuse");
    }

    @Test
    void givesManyWhoRefreshAtOnceTheSameSuccessor() throws Exception {
        String token = oracle.connect(client, ECHO).getString("refresh_token");

        List<HttpResponse<String>> responses = inParallel(33, () -> oracle.refresh(client, token));

        assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(200);
        assertThat(responses.stream()
                        .map(response -> json(response).getString("refresh_token"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void changesNothingForTheTokenOfAnotherClient() {
        JsonObject tokens = oracle.connect(client, ECHO);
        String stranger = oracle.registerClient();

        assertRefused(
                oracle.refresh(stranger, tokens.getString("refresh_token")),
                400,
                "invalid_grant",
                "belongs to another client");
        assertAlive(tokens);
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void neverWidensScopeOrResource() {
        String token = oracle.connect(client, ECHO).getString("refresh_token");

        assertRefused(refreshWith(token, "scope", "mcp admin"), 400, "invalid_scope", "exceeds what was granted");
        assertRefused(refreshWith(token, "resource", FILES), 400, "invalid_target", "resource differs");
        assertThat(refreshWith(token, "scope", "mcp").statusCode()).isEqualTo(200);
        assertThat(refreshWith(token, "resource", ECHO + "/").statusCode()).isEqualTo(200);
    }

    @Test
    void endsTheFamilyOfAUserWhoIsNotAdmittedAnyMore() {
        JsonObject tokens = oracle.connect(client, ECHO);

        try (RunningOracle stricter = oracle.sibling("github:bob")) {
            assertRefused(
                    stricter.refresh(client, tokens.getString("refresh_token")),
                    400,
                    "invalid_grant",
                    "may not use this resource any more");
        }
        assertRevoked(tokens);
        assertThat(events()).contains("token.denied");
    }

    @Test
    void endsAFamilyThatIsNotUsed() {
        JsonObject tokens = oracle.connect(client, ECHO);
        oracle.clock().advance(Duration.ofDays(30));

        assertRefused(oracle.refresh(client, tokens.getString("refresh_token")), 400, "invalid_grant", "has expired");
    }

    @Test
    void endsEveryFamilyAtItsAbsoluteEnd() {
        String token = oracle.connect(client, ECHO).getString("refresh_token");
        for (int day = 0; day < 364; day += 28) {
            oracle.clock().advance(Duration.ofDays(28));
            token = json(oracle.refresh(client, token)).getString("refresh_token");
        }
        oracle.clock().advance(Duration.ofDays(1));

        assertRefused(oracle.refresh(client, token), 400, "invalid_grant", "has expired");
    }

    @Test
    void followsATokenThatIsAheadOfAStoreThatWentBackInTime() {
        RefreshTokens tokens = RefreshTokens.open(
                new SealedKeys(
                        oracle.store().keys(),
                        GatewaySecrets.of(Secret.of(RunningOracle.GATEWAY_SECRET)),
                        oracle.clock()),
                KeySchedules.USUAL,
                new SecureTokens(),
                oracle.clock());
        Secret current = Secret.of(oracle.connect(client, ECHO).getString("refresh_token"));
        Secret ahead = tokens.write(tokens.parse(current).orElseThrow().successor(5));

        HttpResponse<String> response = oracle.refresh(client, ahead.reveal());

        assertThat(response.statusCode()).isEqualTo(200);
        Secret next = Secret.of(json(response).getString("refresh_token"));
        assertThat(tokens.parse(next).orElseThrow().sequence()).isEqualTo(6);
        assertThat(events()).contains("token.recovered");
    }

    @Test
    void answers503WhenTheStoreCannotBeAsked() {
        String token = oracle.connect(client, ECHO).getString("refresh_token");
        oracle.store().close();

        HttpResponse<String> response = oracle.refresh(client, token);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void acceptsAVeryLongUrlAndHeadersButNotEndlessOnes() {
        assertThat(oracle.send(oracle.request("/jwks?" + "x".repeat(15_000))).statusCode())
                .isEqualTo(200);
        assertThat(oracle.send(oracle.request("/jwks").header("X-Long", "x".repeat(30_000)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(oracle.send(oracle.request("/jwks?" + "x".repeat(17_000))).statusCode())
                .isEqualTo(414);
    }
}
