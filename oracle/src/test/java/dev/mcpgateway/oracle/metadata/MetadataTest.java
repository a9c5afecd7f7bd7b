package dev.mcpgateway.oracle.metadata;

import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private final RunningOracle oracle = RunningOracle.start();

    @AfterEach
    void stop() {
        oracle.close();
    }

    private static HttpResponse<String> get(RunningOracle oracle, String host, String path) {
        return oracle.send(oracle.request(path)
                .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                .header("X-Forwarded-Host", host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/mcp", "/mcp/"})
    void describesTheResourceOfAServiceHost(String suffix) {
        HttpResponse<String> response =
                get(oracle, "echo.example.com", "/.well-known/oauth-protected-resource" + suffix);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("public, max-age=300");
        assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
        JsonObject document = json(response);
        assertThat(document.getString("resource")).isEqualTo("https://echo.example.com/mcp");
        assertThat(document.getJsonArray("authorization_servers")).hasToString("[\"https://auth.example.com\"]");
        assertThat(document.getJsonArray("scopes_supported")).hasToString("[\"mcp\"]");
        assertThat(document.getJsonArray("bearer_methods_supported")).hasToString("[\"header\"]");
    }

    @Test
    void namesTheScopesThatAServiceNeedsAndAmongThoseOfTheServerAllOfThem() {
        try (RunningOracle scoped = RunningOracle.startWithFile(
                "services: {echo: {upstream: x}, files: {upstream: x, scopes: [read], optional_scopes: [write]}}")) {
            JsonObject files = json(get(scoped, "files.example.com", "/.well-known/oauth-protected-resource/mcp"));
            JsonObject server = json(get(scoped, "auth.example.com", "/.well-known/oauth-authorization-server"));

            assertThat(files.getJsonArray("scopes_supported")).hasToString("[\"read\"]");
            assertThat(server.getJsonArray("scopes_supported"))
                    .hasToString("[\"mcp\",\"read\",\"write\",\"offline_access\"]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "echo.example.com, /mcpx",
        "echo.example.com, /mcp/x",
        "unknown.example.com, ''",
        "auth.example.com, ''",
        "auth.example.com, /mcp",
        "evil.example/?@echo.example.com, /mcp"
    })
    void describesNothingElse(String host, String suffix) {
        assertThat(get(oracle, host, "/.well-known/oauth-protected-resource" + suffix)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void describesEveryServiceExactlyInPathForm() {
        try (RunningOracle paths = RunningOracle.start(
                Map.of("SERVICE_URLS", "path", "ISSUER", "https://localhost:8443", "BASE_DOMAIN", "localhost"))) {
            HttpResponse<String> exact =
                    get(paths, "localhost:8443", "/.well-known/oauth-protected-resource/files/mcp");

            assertThat(json(exact).getString("resource")).isEqualTo("https://localhost:8443/files/mcp");
            assertThat(get(paths, "localhost:8443", "/.well-known/oauth-protected-resource")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(get(paths, "localhost:8443", "/.well-known/oauth-authorization-server/files/mcp")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void believesTheForwardedHostOnlyBesideTheSecret() {
        HttpResponse<String> response = oracle.send(
                oracle.request("/.well-known/oauth-protected-resource").header("X-Forwarded-Host", "echo.example.com"));

        assertThat(response.statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "auth.example.com, /.well-known/oauth-authorization-server",
        "auth.example.com, /.well-known/openid-configuration",
        "echo.example.com, /.well-known/oauth-authorization-server",
        "echo.example.com, /.well-known/oauth-authorization-server/mcp",
        "echo.example.com, /.well-known/openid-configuration/mcp"
    })
    void describesTheServerInEveryPlaceWhereClientsLook(String host, String path) {
        HttpResponse<String> response = get(oracle, host, path);

        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject document = json(response);
        assertThat(document.getString("issuer")).isEqualTo("https://auth.example.com");
        assertThat(document.getString("authorization_endpoint")).isEqualTo("https://auth.example.com/authorize");
        assertThat(document.getString("token_endpoint")).isEqualTo("https://auth.example.com/token");
        assertThat(document.getString("registration_endpoint")).isEqualTo("https://auth.example.com/register");
        assertThat(document.getString("revocation_endpoint")).isEqualTo("https://auth.example.com/revoke");
        assertThat(document.getString("jwks_uri")).isEqualTo("https://auth.example.com/jwks");
        assertThat(document.getBoolean("client_id_metadata_document_supported")).isTrue();
        assertThat(document.getJsonArray("code_challenge_methods_supported")).hasToString("[\"S256\"]");
        assertThat(document.getJsonArray("token_endpoint_auth_methods_supported"))
                .hasToString("[\"client_secret_basic\",\"client_secret_post\",\"private_key_jwt\",\"none\"]");
        assertThat(document.getJsonArray("token_endpoint_auth_signing_alg_values_supported"))
                .hasToString("[\"ES256\",\"RS256\",\"PS256\",\"EdDSA\"]");
        assertThat(document.getJsonArray("grant_types_supported").getValuesAs(JsonString::getString))
                .containsExactly(
                        "authorization_code",
                        "refresh_token",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_credentials");
        assertThat(document.getString("introspection_endpoint")).isEqualTo("https://auth.example.com/introspect");
        assertThat(document.getJsonArray("introspection_endpoint_auth_methods_supported")
                        .getValuesAs(JsonString::getString))
                .doesNotContain("none");
        assertThat(document.getString("device_authorization_endpoint"))
                .isEqualTo("https://auth.example.com/device_authorization");
        assertThat(document.getString("pushed_authorization_request_endpoint"))
                .isEqualTo("https://auth.example.com/par");
        assertThat(document.getBoolean("authorization_response_iss_parameter_supported"))
                .isTrue();
        assertThat(document).doesNotContainKeys("end_session_endpoint", "userinfo_endpoint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/oauth-authorization-server",
                "/.well-known/oauth-protected-resource/mcp",
                "/jwks",
                "/.well-known/jwks.json"
            })
    void answersHeadWithoutTheDocument(String path) {
        HttpResponse<String> response = oracle.send(oracle.request(path)
                .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                .header("X-Forwarded-Host", "echo.example.com")
                .HEAD());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        // The connection goes on to be of use.
        assertThat(get(oracle, "echo.example.com", path).body()).startsWith("{");
    }

    @Test
    void describesNoServerBelowUnknownPaths() {
        assertThat(get(oracle, "echo.example.com", "/.well-known/oauth-authorization-server/other")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void publishesThePublicKeys() {
        JsonObject document = json(get(oracle, "auth.example.com", "/jwks"));

        JsonObject key = document.getJsonArray("keys").getJsonObject(0);
        assertThat(key.keySet()).containsExactlyInAnyOrder("kty", "kid", "use", "alg", "crv", "x", "y");
        assertThat(key.getString("alg")).isEqualTo("ES256");
    }
}
