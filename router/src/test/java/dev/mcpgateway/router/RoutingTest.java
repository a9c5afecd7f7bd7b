package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
    private static TestRouter pathForm;
    private static TestRouter hostForm;

    @BeforeAll
    static void start() throws IOException {
        pathForm = TestRouter.setup().start();
        hostForm = TestRouter.setup().hostForm().start();
    }

    @AfterAll
    static void stop() throws IOException {
        pathForm.close();
        hostForm.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/verify",
                "/verify/",
                "/verify?x",
                "/verify/revocations",
                "/Verify",
                "/VERIFY/x",
                "/verify/a/b",
                "/%76erify",
                "/./verify",
                "//verify",
                "/x/../verify",
                "/verify;x",
                "/verify%2f",
                "/verify%00",
                "/verify/..",
                "\\verify"
            })
    void hidesVerify(String path) throws IOException {
        for (String host : new String[] {"auth.example.test", "echo.example.test"}) {
            try (RawClient client = hostForm.connect(host)) {
                client.send("GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                        .formatted(path, host, hostForm.router().httpsPort()));

                assertThat(client.read().status()).isIn(400, 404);
            }
        }
        assertThat(pathForm.ask(pathForm.get(path)).status()).isIn(400, 404);
        assertThat(hostForm.oracle().connections()).isZero();
        assertThat(hostForm.questions()).isEmpty();
        assertThat(pathForm.questions()).noneMatch(request -> request.contains("X-Forwarded-Uri: " + path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/oauth-protected-resource",
                "/.well-known/oauth-protected-resource/mcp",
                "/.well-known/oauth-authorization-server",
                "/.well-known/openid-configuration/mcp",
                "/authorize?client_id=x",
                "/token",
                "/register",
                "/register/client_1",
                "/revoke",
                "/jwks"
            })
    void sendsTheseOfAServiceHostToTheOracle(String path) throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start()) {
            RawClient.Answer answer = ask(router, "echo.example.test", path);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(router.oracle().requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .startsWith("GET " + path + " HTTP/1.1\r\n")
                            .contains("\r\nX-Forwarded-Host: echo.example.test:"
                                    + router.router().httpsPort() + "\r\n"));
            assertThat(router.questions()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/mcpx",
                "/MCP",
                "/callback",
                "/consent",
                "/account",
                "/health",
                "/introspect",
                "/authorize/x",
                "/tokens",
                "/.well-known/oauth-protected-resourcex",
                "/.well-known",
                "/.well-known/acme-challenge/x"
            })
    void hasNothingElseOnAServiceHost(String path) throws IOException {
        assertThat(ask(hostForm, "echo.example.test", path).status()).isEqualTo(404);
        assertThat(hostForm.service().connections()).isZero();
    }

    @Test
    void putsAServiceOnItsOwnHost() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start()) {
            assertThat(ask(router, "echo.example.test", "/mcp/x").status()).isEqualTo(200);
            assertThat(router.service().requests().getFirst()).startsWith("GET /up/x HTTP/1.1\r\n");
        }
    }

    @Test
    void sendsTheRestOfTheAuthHostToTheOracle() throws IOException {
        assertThat(pathForm.ask(pathForm.get("/callback?code=x")).status()).isEqualTo(200);
        assertThat(pathForm.ask(pathForm.get("/echo")).status()).isEqualTo(200);
        assertThat(pathForm.ask(pathForm.get("/echo/mcpx")).status()).isEqualTo(200);

        assertThat(pathForm.oracle().requests().getLast()).startsWith("GET /echo/mcpx HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example.test", "example.test", "localhost", "127.0.0.1", "auth.example.test."})
    void knowsNoOtherHost(String host) throws IOException {
        try (RawClient client = hostForm.connect("auth.example.test")) {
            client.send("GET / HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                    .formatted(host, hostForm.router().httpsPort()));

            assertThat(client.read().status()).isEqualTo(404);
        }
    }

    @Test
    void knowsNoOtherPort() throws IOException {
        try (RawClient client = hostForm.connect("auth.example.test")) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: auth.example.test\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void redirectsPlainRequestsOfConfiguredHostsOnly() throws IOException {
        try (RawClient client = hostForm.connectPlain(hostForm.router().httpPort())) {
            RawClient.Answer known = client.send(
                            "POST /mcp?a=%2F HTTP/1.1\r\nHost: Echo.example.test:8080\r\nAuthorization: Bearer t\r\nContent-Length: 2\r\n\r\n{}")
                    .read();
            RawClient.Answer unknown =
                    client.send("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n").read();

            assertThat(known.status()).isEqualTo(308);
            assertThat(known.header("Location"))
                    .isEqualTo("https://echo.example.test:" + hostForm.router().httpsPort() + "/mcp?a=%2F");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.all("Location")).isEmpty();
        }
        try (RawClient client = hostForm.connectPlain(hostForm.router().httpPort())) {
            assertThat(client.send("GET //evil.test/ HTTP/1.1\r\nHost: echo.example.test\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(400);
        }
    }

    private static RawClient.Answer ask(TestRouter router, String host, String path) throws IOException {
        try (RawClient client = router.connect(host)) {
            return client.send("GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                            .formatted(path, host, router.router().httpsPort()))
                    .read();
        }
    }
}
