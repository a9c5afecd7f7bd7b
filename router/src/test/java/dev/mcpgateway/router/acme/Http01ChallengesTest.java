package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http01ChallengesTest {
    private static final String TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
    private static final String KEY_AUTHORIZATION = TOKEN + ".9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
    private static final String CHALLENGES = "/.well-known/acme-challenge/";

    @TempDir
    Path certificates;

    private ProvingGateway gateway;
    private ChallengeAnswers.Shown shown;

    @BeforeEach
    void start() throws Exception {
        gateway = new ProvingGateway(certificates);
        shown = new Http01Challenges(new ChallengeFolder(certificates, Clock.systemUTC()))
                .show("a.example.com", TOKEN, KEY_AUTHORIZATION);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void answersWithTheKeyAuthorizationAlone() throws Exception {
        String answer = ask("GET", CHALLENGES + TOKEN, "a.example.com");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("\r\nContent-Type: application/octet-stream\r\n")
                .containsIgnoringCase("\r\nContent-Length: " + KEY_AUTHORIZATION.length() + "\r\n")
                .endsWith("\r\n\r\n" + KEY_AUTHORIZATION);
    }

    @Test
    void answersForHostsThatAreNotConfigured() throws Exception {
        assertThat(ask("GET", CHALLENGES + TOKEN, "new.example.org")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        assertThat(ask("HEAD", CHALLENGES + TOKEN, "a.example.com"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void answersNoMoreWhenTheOrderIsOver() throws Exception {
        shown.close();

        assertThat(ask("GET", CHALLENGES + TOKEN, "a.example.com")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "", "a/b", "http-01." + TOKEN, TOKEN + "/", TOKEN + "x", "x.new", "*", "%C3%A4"})
    void letsNothingElseBelowThePathThrough(String token) throws Exception {
        assertThat(ask("GET", CHALLENGES + token, "a.example.com")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "..%2Fsecret", "%2e%2e/secret"})
    void followsNoPath(String token) throws Exception {
        assertThat(ask("GET", CHALLENGES + token, "a.example.com")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "OPTIONS", "get"})
    void isReadOnly(String method) throws Exception {
        assertThat(ask(method, CHALLENGES + TOKEN, "a.example.com")).startsWith("HTTP/1.1 405 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/mcp", "/.well-known/acme-challenge", "/.well-known/oauth-protected-resource"})
    void leavesEverythingElseAlone(String path) throws Exception {
        assertThat(ask("GET", path, "a.example.com")).startsWith("HTTP/1.1 418 ");
    }

    private String ask(String method, String path, String host) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort())) {
            socket.setSoTimeout(10_000);
            String request = "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(method, path, host);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
