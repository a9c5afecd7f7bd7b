package dev.mcpgateway.oracle.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesTest {
    private static final ProtectedService ECHO = service("echo", "https://echo.example.com/mcp");
    private static final ProtectedService FILES = service("files", "https://files.example.com/mcp");
    private final Services hostForm = new Services(URI.create("https://auth.example.com"), List.of(ECHO, FILES));

    private static final ProtectedService LOCAL = service("echo", "https://localhost:8443/echo/mcp");
    private final Services pathForm = new Services(URI.create("https://localhost:8443"), List.of(LOCAL));

    private static ProtectedService service(String name, String resource) {
        return new ProtectedService(
                name, resource, new AccessPolicy(List.of()), Scopes.DEFAULT, ToolRules.NONE, false, List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://echo.example.com/mcp",
                "https://echo.example.com/mcp/",
                "https://echo.example.com:443/mcp",
                "HTTPS://Echo.Example.com/mcp"
            })
    void findsAResourceInEverySpellingThatMeansTheSame(String resource) {
        assertThat(hostForm.byResource(resource)).contains(ECHO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "echo",
                "http://echo.example.com/mcp",
                "https://echo.example.com/MCP",
                "https://echo.example.com/mcp//",
                "https://echo.example.com/mcp/x",
                "https://echo.example.com/mcp?x",
                "https://echo.example.com/mcp#x",
                "https://user@echo.example.com/mcp",
                "https://echo.example.com:8443/mcp",
                "https://echo.example.com.evil.example/mcp",
                "https://echo.example.com/%6Dcp",
                "https://[echo"
            })
    void findsNothingForAnotherResource(String resource) {
        assertThat(hostForm.byResource(resource)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/echo/mcp", "/echo/mcp?a=/../b", "/echo/mcp/", "/echo/mcp/x"})
    void findsTheServiceOfAForwardedRequestInPathForm(String uri) {
        assertThat(pathForm.byForwarded("localhost:8443", uri)).contains(LOCAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/echo",
                "/echo/mcpx",
                "echo/mcp",
                "/echo/mcp/../../files/mcp",
                "/echo/mcp/%2e%2E/x",
                "/echo/mcp/.%2e",
                "/echo/mcp/./x",
                "/echo/mcp/..%2fx",
                "/echo/mcp/\\x",
                "/echo/mcp/%5Cx",
                "/echo/mcp/%00"
            })
    void findsNoServiceWhereReadersOfThePathCouldDisagree(String uri) {
        assertThat(pathForm.byForwarded("localhost:8443", uri)).isEmpty();
    }

    @Test
    void givesAHostToAServiceOnlyIfTheIssuerIsNotThereToo() {
        assertThat(hostForm.byOwnHost("FILES.example.com:443")).contains(FILES);
        assertThat(hostForm.byOwnHost("auth.example.com")).isEmpty();
        assertThat(pathForm.byOwnHost("localhost:8443")).isEmpty();
    }

    @Test
    void insertsTheMetadataPathBeforeThePathOfTheResource() {
        assertThat(LOCAL.metadataUrl())
                .hasToString("https://localhost:8443/.well-known/oauth-protected-resource/echo/mcp");
    }
}
