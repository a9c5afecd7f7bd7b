package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.KeySchedules;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can do who has the store's content. */
class StolenStoreTest {
    @TempDir
    private Path folder;

    private RunningOracle oracle;

    /** Everything that lets somebody in, by what it is. */
    private final Map<String, String> secrets = new HashMap<>();

    @BeforeEach
    void start() {
        oracle = RunningOracle.start(Map.of("STORAGE_URL", "jdbc:h2:file:" + folder.resolve("gateway")));
        secrets.put("gateway secret", RunningOracle.GATEWAY_SECRET);
        secrets.put("verify secret", RunningOracle.VERIFY_SECRET);
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    @Test
    void findsNothingInItThatLetsAnybodyIn() throws IOException {
        JsonObject client = registerClient();
        secrets.put("client secret", client.getString("client_secret"));
        Browser browser = new Browser(oracle);
        Map<String, String> request = Browser.request(client.getString("client_id"));
        String used = codeFor(browser, request, "used");
        codeFor(browser, request, "unused");
        secrets.put("state of a sign-in under way", browser.allow(request));
        secrets.put("cookie", browser.cookie());
        JsonObject first = token(client, redemption(used));
        JsonObject second =
                token(client, Map.of("grant_type", "refresh_token", "refresh_token", first.getString("refresh_token")));
        rememberTokens("first", first);
        rememberTokens("second", second);
        rememberKeys();

        String dump = oracle.dump();
        oracle.close();
        String file = Files.readString(folder.resolve("gateway.mv.db"), StandardCharsets.ISO_8859_1);

        assertThat(dump).contains(client.getString("client_id"), "4711");
        assertThat(file).contains(client.getString("client_id"), "4711");
        assertThat(secrets).allSatisfy((what, secret) -> {
            assertThat(dump.contains(secret)).as(what + " in the dump").isFalse();
            assertThat(file.contains(secret)).as(what + " in the file").isFalse();
        });
    }

    private JsonObject registerClient() {
        HttpResponse<String> response = oracle.send(oracle.request("/register")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"client_name": "test", "redirect_uris": ["%s"], "token_endpoint_auth_method": "client_secret_post",
                         "grant_types": ["authorization_code", "refresh_token"]}""".formatted(RunningOracle.REDIRECT_URI))));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response);
    }

    private String codeFor(Browser browser, Map<String, String> request, String name) {
        String state = browser.allow(request);
        secrets.put("state of the sign-in for the " + name + " code", state);
        Parameters answer = Browser.query(Browser.location(browser.get("/callback?state=" + state)));
        secrets.put(name + " code", answer.required("code"));
        return answer.required("code");
    }

    private static Map<String, String> redemption(String code) {
        return Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                RunningOracle.REDIRECT_URI,
                "code_verifier",
                RunningOracle.VERIFIER);
    }

    private JsonObject token(JsonObject client, Map<String, String> grant) {
        Map<String, String> form = new HashMap<>(grant);
        form.put("client_id", client.getString("client_id"));
        form.put("client_secret", client.getString("client_secret"));
        HttpResponse<String> response = oracle.post("/token", form);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private void rememberTokens(String which, JsonObject tokens) {
        secrets.put(which + " access token", tokens.getString("access_token"));
        String[] parts = tokens.getString("refresh_token").split("\\.", -1);
        secrets.put("secret of the family", parts[4]);
        secrets.put("authenticator of the " + which + " refresh token", parts[5]);
    }

    private void rememberKeys() {
        SealedKeys keys = openKeys();
        String signing = new String(keys.open("signing-ES256").getFirst().value(), StandardCharsets.UTF_8);
        secrets.put(
                "signing key",
                Json.createReader(new StringReader(signing)).readObject().getString("d"));
        byte[] refresh = keys.open("refresh").getFirst().value();
        secrets.put("refresh key", new String(refresh, StandardCharsets.ISO_8859_1));
        secrets.put(
                "refresh key in base64", Base64.getEncoder().withoutPadding().encodeToString(refresh));
        secrets.put(
                "refresh key in base64url",
                Base64.getUrlEncoder().withoutPadding().encodeToString(refresh));
        secrets.put("refresh key in hex", HexFormat.of().formatHex(refresh));
    }

    private SealedKeys openKeys() {
        return new SealedKeys(
                oracle.store().keys(), GatewaySecrets.of(Secret.of(RunningOracle.GATEWAY_SECRET)), oracle.clock());
    }

    @Test
    void forgesNoRefreshTokenEvenWithTheGatewaySecret() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);
        RefreshTokens forger = RefreshTokens.open(openKeys(), KeySchedules.USUAL, new SecureTokens(), oracle.clock());
        String familyId = oracle.store()
                .tokens()
                .listByClient(client, null, 1)
                .items()
                .getFirst()
                .familyId();

        Secret forged = forger.write(forger.first(familyId));

        assertThat(oracle.refresh(client, forged.reveal()).statusCode()).isEqualTo(400);
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }
}
