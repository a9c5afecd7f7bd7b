package dev.mcpgateway.oracle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientRegistrationEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();

    @AfterAll
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> register(String json) {
        return register(json, "application/json");
    }

    private HttpResponse<String> register(String body, String contentType) {
        return oracle.send(
                oracle.request("/register").header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Claude
                """
                {"client_name":"Claude","redirect_uris":["https://claude.ai/api/mcp/auth_callback"],
                 "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
                 "token_endpoint_auth_method":"none"}""",
                // ChatGPT
                """
                {"client_name":"ChatGPT","redirect_uris":["https://chatgpt.com/connector/oauth/abc123",
                 "https://chatgpt.com/connector_platform_oauth_redirect"],"token_endpoint_auth_method":"none"}""",
                // VS Code
                """
                {"client_name":"Visual Studio Code","client_uri":"https://code.visualstudio.com",
                 "grant_types":["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"],
                 "response_types":["code"],"redirect_uris":["https://insiders.vscode.dev/redirect",
                 "https://vscode.dev/redirect","http://127.0.0.1/","http://127.0.0.1:33418/"],
                 "token_endpoint_auth_method":"none","application_type":"native"}""",
                // Cursor
                """
                {"client_name":"Cursor","redirect_uris":["cursor://anysphere.cursor-mcp/oauth/callback",
                 "https://www.cursor.com/agents/mcp/oauth/callback","http://localhost:8787/callback"],
                 "token_endpoint_auth_method":"none"}"""
            })
    void registersTheClientsThatPeopleUse(String json) {
        HttpResponse<String> response = register(json);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject client = RunningOracle.json(response);
        assertThat(client.getString("token_endpoint_auth_method")).isEqualTo("none");
        assertThat(client.getJsonArray("grant_types").toString())
                .startsWith("[\"authorization_code\",\"refresh_token\"");
        assertThat(client).doesNotContainKeys("client_secret", "client_secret_expires_at");
        assertThat(oracle.store().clients().find(client.getString("client_id"))).isPresent();
    }

    @Test
    void echoesWhatItKeptAndIgnoresTheRest() {
        JsonObject client = RunningOracle.json(register("""
                {"redirect_uris":["https://app.example/cb"],"client_name":"App","scope":"mcp","contacts":["a@app.example"],
                 "logo_uri":"https://app.example/logo.png","tos_uri":"","software_id":"s","application_type":"web",
                 "jwks_uri":"http://169.254.169.254/","unknown":{"a":[1]}}"""));

        assertThat(client.getString("client_name")).isEqualTo("App");
        assertThat(client.getString("scope")).isEqualTo("mcp");
        assertThat(client.getString("logo_uri")).isEqualTo("https://app.example/logo.png");
        assertThat(client.getString("software_id")).isEqualTo("s");
        assertThat(client.getString("application_type")).isEqualTo("web");
        assertThat(client.getJsonArray("contacts")).hasSize(1);
        assertThat(client.getJsonArray("response_types").getString(0)).isEqualTo("code");
        assertThat(client.getJsonNumber("client_id_issued_at").longValue())
                .isEqualTo(oracle.clock().instant().getEpochSecond());
        assertThat(client).doesNotContainKeys("jwks_uri", "unknown", "tos_uri");
    }

    @Test
    void givesASecretToAClientThatNamesNoMethodAndKeepsItsHashOnly() {
        HttpResponse<String> response = register("{\"redirect_uris\":[\"https://app.example/cb\"]}");

        JsonObject client = RunningOracle.json(response);
        assertThat(client.getString("token_endpoint_auth_method")).isEqualTo("client_secret_basic");
        assertThat(client.getInt("client_secret_expires_at")).isZero();
        String secret = client.getString("client_secret");
        var kept = oracle.store().clients().find(client.getString("client_id")).orElseThrow();
        assertThat(kept.secretHash()).isEqualTo(SecureTokens.hash(secret));
        assertThat(kept.toString()).doesNotContain(secret);
    }

    @Test
    void givesEveryClientAnIdOfItsOwn() {
        String json = "{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"none\"}";

        assertThat(IntStream.range(0, 20)
                        .mapToObj(_ -> RunningOracle.json(register(json)).getString("client_id"))
                        .collect(Collectors.toSet()))
                .hasSize(20)
                .allMatch(id -> id.matches("client_[A-Za-z0-9_-]{22}"));
    }

    @Test
    void forgetsAClientThatIsNotUsed() {
        String id = RunningOracle.json(register("{\"redirect_uris\":[\"https://app.example/cb\"]}"))
                .getString("client_id");

        oracle.clock().advance(Duration.ofMinutes(59));
        assertThat(oracle.store().clients().find(id)).isPresent();
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(oracle.store().clients().find(id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | invalid_redirect_uri | redirect_uris is missing",
                "{'redirect_uris':[]} | invalid_redirect_uri | redirect_uris is missing",
                "{'redirect_uris':'https://a.example'} | invalid_redirect_uri | redirect_uris is missing",
                "{'redirect_uris':[1]} | invalid_redirect_uri | must hold strings",
                "{'redirect_uris':['http://evil.example/cb']} | invalid_redirect_uri | accepted are https URLs",
                "{'redirect_uris':['https://a.example','javascript:x']} | invalid_redirect_uri | 'javascript:x' is not accepted",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'tls_client_auth'} | invalid_client_metadata | accepted are none, client_secret_basic",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'private_key_jwt'} | invalid_client_metadata | needs the client's public keys in jwks",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'private_key_jwt','jwks_uri':'https://a.example/jwks'} | invalid_client_metadata | jwks_uri is not fetched",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'private_key_jwt','jwks':{'keys':[]}} | invalid_client_metadata | must hold 1 to 10 keys",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'private_key_jwt','jwks':{'keys':[{'kty':'oct','k':'c2VjcmV0'}]}} | invalid_client_metadata | public keys alone",
                "{'redirect_uris':['https://a.example'],'token_endpoint_auth_method':'private_key_jwt','jwks':{'keys':[{'kty':'EC'}]}} | invalid_client_metadata | must hold 1 to 10 keys",
                "{'redirect_uris':['https://a.example'],'grant_types':['refresh_token']} | invalid_client_metadata | grant_types must contain authorization_code",
                "{'redirect_uris':['https://a.example'],'grant_types':['client_credentials']} | invalid_client_metadata | grant_types must contain authorization_code",
                "{'redirect_uris':['https://a.example'],'grant_types':'code'} | invalid_client_metadata | grant_types must be an array",
                "{'redirect_uris':['https://a.example'],'response_types':['token']} | invalid_client_metadata | response_types must contain code",
                "{'redirect_uris':['https://a.example'],'application_type':'desktop'} | invalid_client_metadata | accepted are native, web",
                "{'redirect_uris':['https://a.example'],'client_name':5} | invalid_client_metadata | client_name must be a string",
                "{'redirect_uris':['https://a.example'],'client_name':'a\\u202eb'} | invalid_client_metadata | invisible characters",
                "{'redirect_uris':['https://a.example'],'client_name':'a\\u0000b'} | invalid_client_metadata | invisible characters",
                "{'redirect_uris':['https://a.example'],'client_uri':'javascript:x'} | invalid_client_metadata | client_uri must be an http or https URL",
                "{'redirect_uris':['https://a.example'],'contacts':[{}]} | invalid_client_metadata | contacts must hold strings",
                "{'redirect_uris':['https://a.example'],'redirect_uris':['https://b.example']} | invalid_client_metadata | a member twice",
                "[] | invalid_client_metadata | must be an object",
                "'x' | invalid_client_metadata | malformed",
                "{'a':1e999999999} | invalid_redirect_uri | redirect_uris is missing",
                "{ | invalid_client_metadata | malformed",
                "EMPTY | invalid_client_metadata | malformed"
            })
    void saysInWordsWhatIsWrong(String json, String error, String description) {
        HttpResponse<String> response = register(json.equals("EMPTY") ? "" : json.replace('\'', '"'));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo(error);
        assertThat(RunningOracle.json(response).getString("error_description")).contains(description);
    }

    @Test
    void refusesWhatIsTooLargeTooManyOrTooDeep() {
        String eleven = IntStream.range(0, 11)
                .mapToObj(i -> "\"https://a.example/" + i + "\"")
                .collect(Collectors.joining(",", "[", "]"));

        assertThat(register("{\"redirect_uris\":" + eleven + "}").body()).contains("more than 10");
        assertThat(register("{\"redirect_uris\":[\"https://a.example\"],\"client_name\":\"" + "n".repeat(201) + "\"}")
                        .body())
                .contains("client_name is longer than 200");
        assertThat(register("{\"x\":" + "[".repeat(30) + "]".repeat(30) + "}").statusCode())
                .isEqualTo(400);
        HttpResponse<String> large = register("{\"x\":\"" + "y".repeat(70_000) + "\"}");
        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.body()).contains("larger than 65536 bytes");
    }

    @Test
    void refusesABodyThatIsNotDeclaredAsJson() {
        assertThat(register("{\"redirect_uris\":[\"https://a.example\"]}", "text/plain")
                        .body())
                .contains("must be sent as application/json");
    }
}
