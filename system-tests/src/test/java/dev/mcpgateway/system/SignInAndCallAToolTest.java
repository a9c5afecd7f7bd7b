package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class SignInAndCallAToolTest {
    private Deployment gateway;
    private Web web;
    private URI echo;

    @BeforeAll
    void start(@TempDir Path data) {
        gateway = Deployment.start(data);
        web = new Web(gateway.certificates());
        echo = gateway.echo();
    }

    @AfterAll
    void stop() {
        web.close();
        gateway.close();
    }

    @Test
    void refusesWithoutATokenAndSaysWhereToGetOne() {
        HttpResponse<String> refused = web.postJson(echo, Client.message("ping", JsonObject.EMPTY_JSON_OBJECT));

        URI metadata = gateway.echo().resolve("/.well-known/oauth-protected-resource/echo/mcp");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("WWW-Authenticate"))
                .singleElement()
                .asString()
                .startsWith("Bearer ")
                .contains("resource_metadata=\"" + metadata + "\"")
                .contains("scope=\"mcp\"")
                .doesNotContain("error=");
    }

    @Test
    void describesTheResourceExactlyAsTheClientNamesIt() {
        JsonObject resource = json(web.get(echo.resolve("/.well-known/oauth-protected-resource/echo/mcp")));

        assertThat(resource.getString("resource")).isEqualTo(echo.toString());
        assertThat(strings(resource, "authorization_servers")).containsExactly(gateway.issuer());
        assertThat(strings(resource, "scopes_supported")).containsExactly("mcp");
        assertThat(strings(resource, "bearer_methods_supported")).containsExactly("header");
    }

    @Test
    void describesTheAuthorizationServer() {
        JsonObject server = json(web.get(echo.resolve("/.well-known/oauth-authorization-server")));

        assertThat(server.getString("issuer")).isEqualTo(gateway.issuer());
        assertThat(strings(server, "code_challenge_methods_supported")).containsExactly("S256");
        assertThat(strings(server, "response_types_supported")).containsExactly("code");
        assertThat(strings(server, "grant_types_supported")).contains("authorization_code", "refresh_token");
        assertThat(strings(server, "token_endpoint_auth_methods_supported")).contains("none");
        assertThat(server.getBoolean("authorization_response_iss_parameter_supported"))
                .isTrue();
    }

    @Test
    void letsASignedInUserCallAToolAndTellsTheServerWhoItIs() {
        Client client = Client.register(web, echo);
        Tokens tokens = client.signIn(alice());

        JsonObject seen = Json.createReader(
                        new StringReader(client.callTool(tokens.access(), "whoami", JsonObject.EMPTY_JSON_OBJECT)))
                .readObject();

        assertThat(strings(seen.getJsonObject("headers"), "X-User-Id")).containsExactly(gateway.idOf("alice"));
        assertThat(strings(seen.getJsonObject("headers"), "X-Client-Id")).containsExactly(client.id());
        assertThat(strings(seen.getJsonObject("headers"), "X-Scope")).containsExactly("mcp");
        assertThat(seen.getBoolean("authorizationHeader")).isFalse();
    }

    @Test
    void answersTokensInAFormThatNobodyKeeps() {
        Client client = Client.register(web, echo);
        Authorization authorization = client.authorize();

        HttpResponse<String> response =
                client.redeem(client.codeFrom(alice(), authorization), authorization.verifier());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(json(response).getString("token_type")).isEqualToIgnoringCase("Bearer");
        assertThat(json(response).getInt("expires_in")).isEqualTo(3600);
        assertThat(json(response).getString("scope")).isEqualTo("mcp");
    }

    @Test
    void refusesACodeToAnyoneWhoDoesNotKnowTheVerifier() {
        Client client = Client.register(web, echo);
        Authorization authorization = client.authorize();
        String code = client.codeFrom(alice(), authorization);

        HttpResponse<String> refused = client.redeem(code, client.authorize().verifier());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).getString("error")).isEqualTo("invalid_grant");
    }

    @Test
    void endsEveryTokenOfACodeThatIsUsedTwice() {
        Client client = Client.register(web, echo);
        Authorization authorization = client.authorize();
        String code = client.codeFrom(alice(), authorization);
        Tokens tokens = tokens(client.redeem(code, authorization.verifier()));
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);

        HttpResponse<String> again = client.redeem(code, authorization.verifier());

        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(json(again).getString("error")).isEqualTo("invalid_grant");
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
    }

    @Test
    void givesConcurrentRefreshesTheSameSuccessor() {
        Client client = Client.register(web, echo);
        Tokens first = client.signIn(alice());

        List<Tokens> successors;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Tokens>> answers = IntStream.range(0, 8)
                    .mapToObj(
                            _ -> CompletableFuture.supplyAsync(() -> tokens(client.refresh(first.refresh())), threads))
                    .toList();
            successors = answers.stream().map(CompletableFuture::join).toList();
        }

        assertThat(successors)
                .extracting(Tokens::refresh)
                .containsOnly(successors.getFirst().refresh());
        assertThat(successors.getFirst().refresh()).isNotEqualTo(first.refresh());
        assertThat(successors)
                .allSatisfy(
                        tokens -> assertThat(client.initialize(tokens.access()).statusCode())
                                .isEqualTo(200));
    }

    @Test
    void endsTheGrantWhenAnOldRefreshTokenComesBack() {
        Client client = Client.register(web, echo);
        Tokens first = client.signIn(alice());
        Tokens second = tokens(client.refresh(first.refresh()));
        Tokens third = tokens(client.refresh(second.refresh()));

        HttpResponse<String> stolen = client.refresh(first.refresh());

        assertThat(json(stolen).getString("error")).isEqualTo("invalid_grant");
        assertThat(client.refresh(third.refresh()).statusCode()).isEqualTo(400);
        assertThat(client.initialize(third.access()).statusCode()).isEqualTo(401);
    }

    @Test
    void refusesEverythingOfAGrantThatWasRevoked() {
        Client client = Client.register(web, echo);
        Tokens tokens = client.signIn(alice());

        HttpResponse<String> revoked = client.revoke(tokens.refresh());

        assertThat(revoked.statusCode()).isEqualTo(200);
        HttpResponse<String> refused = client.initialize(tokens.access());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("error=\"invalid_token\"")
                .contains("resource_metadata=");
        assertThat(json(client.refresh(tokens.refresh())).getString("error")).isEqualTo("invalid_grant");
    }

    @Test
    void answersRevocationOfUnknownTokensLikeAnyOther() {
        assertThat(Client.register(web, echo).revoke("unknown").statusCode()).isEqualTo(200);
    }

    @Test
    void letsNobodyAskTheVerifyEndpointFromOutside() {
        assertThat(web.get(echo.resolve("/verify")).statusCode()).isEqualTo(404);
        assertThat(web.get(echo.resolve("/verify/revocations")).statusCode()).isEqualTo(404);
    }

    private User alice() {
        return new User("alice", web);
    }

    private static List<String> strings(JsonObject object, String name) {
        return object.getJsonArray(name).getValuesAs(JsonString::getString);
    }
}
