package dev.mcpgateway.system;

import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle behind a proxy that is not ours, which is configured as {@code docs/guide/other-proxies.md} says. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
abstract class BehindOtherProxyContract {
    private OracleBehindProxy behind;
    private Web web;
    private URI echo;
    private Client client;
    private Tokens tokens;

    /** Skips the test where the proxy is not installed. */
    abstract OtherProxy startProxy(OracleBehindProxy behind) throws IOException;

    abstract String program();

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        OtherProxy.find(program());
        behind = OracleBehindProxy.start(folder);
        behind.keep(startProxy(behind));
        web = new Web(behind.certificate());
        echo = behind.service("echo");
        client = Client.register(web, echo);
        tokens = client.signIn(alice());
    }

    @AfterAll
    void stop() {
        if (web != null) {
            web.close();
        }
        if (behind != null) {
            behind.close();
        }
    }

    @Test
    void refusesWithoutATokenAndSaysWhereToGetOne() {
        HttpResponse<String> refused = web.postJson(echo, ping());

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer resource_metadata=\""
                        + echo.resolve("/.well-known/oauth-protected-resource/mcp") + "\", scope=\"mcp\"");
    }

    @Test
    void letsAUserOfGithubCallAToolAndTellsTheServerWhoItIs() {
        JsonObject seen = Json.createReader(
                        new StringReader(client.callTool(tokens.access(), "whoami", JsonObject.EMPTY_JSON_OBJECT)))
                .readObject();

        assertThat(seen.getJsonObject("headers").getJsonArray("X-User-Id"))
                .containsExactly(Json.createValue(behind.idOf("alice")));
        assertThat(seen.getJsonObject("headers").getJsonArray("X-Client-Id"))
                .containsExactly(Json.createValue(client.id()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-User-Id",
                "X_User_Id",
                "X-User_Id",
                "X.User.Id",
                "X-User-Name",
                "X-User-Email",
                "X-Client-Id",
                "X-Scope",
                "X-Identity-Assertion",
                "X_Identity_Assertion",
                "X-Forwarded-Host",
                "X-Forwarded-Uri",
                "X-Forwarded-For",
                "X-Original-Url",
                "X-Http-Method-Override",
                "Gateway-Verify-Secret",
                "Gateway-Subjects",
                "Cookie"
            })
    void keepsFromTheServerWhatAClientSaysOfItself(String forged) {
        call(tokens, forged, "mallory");

        assertThat(behind.upstream().seen().getLast().toString()).doesNotContain("mallory");
        assertThat(behind.upstream().seen().getLast()).containsEntry("X-user-id", List.of(behind.idOf("alice")));
    }

    @Test
    void sendsTheServerAnAssertionAndNotTheToken() {
        call(tokens, "X-Identity-Assertion", "forged");

        Map<String, List<String>> seen = behind.upstream().seen().getLast();
        assertThat(seen.get("X-identity-assertion")).singleElement().asString().startsWith("eyJ");
        assertThat(seen).doesNotContainKey("Authorization");
        assertThat(seen.toString()).doesNotContain(tokens.access());
    }

    @Test
    void sendsTheServerNothingThatTheOracleDidNotSay() {
        call(tokens, "X-User-Email", "mallory@example.com");

        Map<String, List<String>> seen = behind.upstream().seen().getLast();
        assertThat(seen).doesNotContainKey("X-user-email");
        assertThat(seen.toString()).doesNotContain("reverse_proxy");
    }

    @Test
    void letsNobodyHideWhoTheyAreByNamingItInConnection() {
        raw("/mcp", echo.getRawAuthority(), tokens, "Connection: close, X-User-Id, X-Scope");

        Map<String, List<String>> seen = behind.upstream().seen().getLast();
        assertThat(seen)
                .containsEntry("X-user-id", List.of(behind.idOf("alice")))
                .containsKey("X-scope");
    }

    @Test
    void refusesATokenForAnotherService() {
        Tokens forFiles = tokensForFiles();
        int before = behind.upstream().seen().size();

        HttpResponse<String> refused = call(forFiles, "Accept-Language", "en");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("error=\"invalid_token\"");
        assertThat(behind.upstream().seen()).hasSize(before);
    }

    /** Where the request line names a host, it counts, and the header {@code Host} does not. */
    @Test
    void refusesATokenForAnotherServiceThatTheHostHeaderNames() {
        Tokens forFiles = tokensForFiles();
        int before = behind.upstream().seen().size();

        String answer = raw(echo.toString(), behind.service("files").getRawAuthority(), forFiles, "Connection: close");

        assertThat(answer).startsWith("HTTP/1.1 401");
        assertThat(behind.upstream().seen()).hasSize(before);
    }

    private Tokens tokensForFiles() {
        JsonObject server = json(web.get(URI.create(behind.issuer() + "/.well-known/oauth-authorization-server")));
        return new Client(web, behind.service("files"), server, client.id(), null).signIn(alice());
    }

    private String raw(String target, String host, Tokens sent, String header) {
        return RawConnection.exchange(
                behind.certificate(),
                "echo.localhost",
                behind.httpsPort(),
                List.of(
                        "POST " + target + " HTTP/1.1",
                        "Host: " + host,
                        "Authorization: Bearer " + sent.access(),
                        "Content-Type: application/json",
                        "Accept: application/json, text/event-stream",
                        "Content-Length: " + ping().toString().length(),
                        header),
                ping().toString());
    }

    @Test
    void refusesATokenThatWasRevoked() {
        Tokens revoked = client.signIn(alice());
        assertThat(client.initialize(revoked.access()).statusCode()).isEqualTo(200);

        client.revoke(revoked.refresh());

        assertThat(client.initialize(revoked.access()).statusCode()).isEqualTo(401);
    }

    @Test
    void letsNothingThroughWhileTheOracleIsAway() {
        int before = behind.upstream().seen().size();

        behind.process().kill();
        int meanwhile = client.initialize(tokens.access()).statusCode();
        int reached = behind.upstream().seen().size() - before;
        behind.process().startAgain();

        assertThat(meanwhile).isBetween(500, 599);
        assertThat(reached).isZero();
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/verify", "/verify/revocations", "/VERIFY", "/%76erify"})
    void letsNobodyAskTheVerifyEndpointFromOutside(String path) {
        assertThat(web.get(URI.create(behind.issuer() + path)).statusCode()).isEqualTo(404);
        assertThat(web.get(echo.resolve(path)).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> call(Tokens sent, String header, String value) {
        return web.postJson(echo, ping(), "Authorization", "Bearer " + sent.access(), header, value);
    }

    private static JsonObject ping() {
        return Client.message("ping", JsonObject.EMPTY_JSON_OBJECT);
    }

    private User alice() {
        return new User("alice", web);
    }
}
