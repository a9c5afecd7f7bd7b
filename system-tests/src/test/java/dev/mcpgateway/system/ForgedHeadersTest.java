package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import jakarta.json.Json;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo server's {@code whoami} shows every header that any server could take for an identity header. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class ForgedHeadersTest {
    private static final String WHOAMI = Client.message(
                    "tools/call",
                    Json.createObjectBuilder().add("name", "whoami").build())
            .toString();

    private Deployment gateway;
    private Web web;
    private URI echo;
    private Tokens tokens;
    private String session;

    @BeforeAll
    void signIn(@TempDir Path data) {
        gateway = Deployment.start(data);
        web = new Web(gateway.certificates());
        echo = gateway.echo();
        Client client = Client.register(web, echo);
        tokens = client.signIn(new User("alice", web));
        session = client.session(tokens.access());
    }

    @AfterAll
    void stop() {
        web.close();
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-User-Id: mallory",
                "x-user-id: mallory",
                "X-USER-ID: mallory",
                "X_User_Id: mallory",
                "x_user-id: mallory",
                "X.User.Id: mallory",
                "X~User~Id: mallory",
                "X!User'Id: mallory",
                "X-User-Id:mallory",
                "X-User-Name: mallory",
                "X_User_Name: mallory",
                "X-User-Email: mallory@example.org",
                "X-Client-Id: mallory",
                "x_client_id: mallory",
                "X-Scope: mallory",
                "X.Scope: mallory"
            })
    void showsTheServerNobodyButTheUserOfTheToken(String forged) {
        String answer = whoami(List.of(forged));

        assertThat(answer).contains(gateway.idOf("alice")).doesNotContainIgnoringCase("mallory");
    }

    @Test
    void dropsRepeatedForgeriesAndThoseHiddenBehindConnection() {
        String answer = whoami(List.of(
                "X-User-Id: mallory", "X-User-Id: mallory2", "Connection: X-User-Id", "Connection: x-user-name, te"));

        assertThat(answer).contains(gateway.idOf("alice")).doesNotContain("mallory");
    }

    @Test
    void dropsForgeriesThatComeAsTrailers() {
        List<String> head = head(List.of("Transfer-Encoding: chunked", "Trailer: X-User-Id"));
        String body = Integer.toHexString(WHOAMI.length()) + "\r\n" + WHOAMI + "\r\n0\r\nX-User-Id: mallory\r\n\r\n";

        String answer = RawConnection.exchange(gateway, head, body);

        assertThat(answer).doesNotContain("mallory");
        assertThat(answer).startsWith("HTTP/1.1 200").contains(gateway.idOf("alice"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Uri: /everything/mcp",
                "X-Forwarded-Host: other.example",
                "X-Forwarded-Proto: http",
                "X-Forwarded-Method: GET",
                "Forwarded: host=other.example",
                "Gateway-Subjects: mallory",
                "Gateway-Expires: 99999999999"
            })
    void givesNoWeightToWhatAClientSaysOfItsRequest(String forged) {
        assertThat(whoami(List.of(forged))).startsWith("HTTP/1.1 200").contains(gateway.idOf("alice"));
    }

    @Test
    void refusesAnIdentityWithoutAToken() {
        String answer = RawConnection.exchange(
                gateway,
                List.of(
                        "POST /echo/mcp HTTP/1.1",
                        "Host: localhost:" + gateway.httpsPort(),
                        "X-User-Id: " + gateway.idOf("alice"),
                        "Gateway-Verify-Secret: guess",
                        "Content-Type: application/json",
                        "Content-Length: " + WHOAMI.length(),
                        "Connection: close"),
                WHOAMI);

        assertThat(answer).startsWith("HTTP/1.1 401");
    }

    private String whoami(List<String> forged) {
        List<String> headers = new ArrayList<>(forged);
        headers.add("Content-Length: " + WHOAMI.length());
        return RawConnection.exchange(gateway, head(headers), WHOAMI);
    }

    private List<String> head(List<String> headers) {
        List<String> head = new ArrayList<>(List.of(
                "POST " + echo.getPath() + " HTTP/1.1",
                "Host: localhost:" + gateway.httpsPort(),
                "Authorization: Bearer " + tokens.access(),
                "Mcp-Session-Id: " + session,
                "Content-Type: application/json",
                "Accept: application/json, text/event-stream"));
        head.addAll(headers);
        head.add("Connection: close");
        return head;
    }
}
