package dev.mcpgateway.standalone.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.SignInEnvironment;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.ErrorAnswers;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSignInTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String VERIFY_SECRET = "0123456789abcdef0123456789abcdef";
    private static final Secret SECRET = Secret.of("fedcba9876543210fedcba9876543210");
    private static final String STATE = "AAAAAAAAAAAAAAAAAAAAAA";
    private static final SignInRequest REQUEST =
            new SignInRequest(STATE, URI.create("https://localhost:8443/callback"));

    private final Problems problems = new Problems();
    private final LocalSignIn signIn = new LocalSignIn();
    private final WebServer server;

    LocalSignInTest() {
        start(Map.of());
        server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .routing(routing -> {
                    ErrorAnswers.install(routing, () -> {});
                    signIn.routing(routing);
                })
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void startsOnLoopback() {
        assertThat(problems.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ROUTER_ADDRESS, '127.0.0.1,0.0.0.0'",
        "ROUTER_ADDRESS, localhost",
        "ORACLE_ADDRESS, 0.0.0.0",
        "ROUTER_MANAGEMENT_ADDRESS, 192.168.1.7",
        "ORACLE_MANAGEMENT_ADDRESS, '::'",
    })
    void refusesToStartOnAnyOtherAddress(String setting, String address) {
        start(Map.of(setting, address));

        assertThat(problems.all())
                .singleElement()
                .asString()
                .startsWith("the local sign-in lets anybody be anybody, so it runs on loopback addresses only, not on");
    }

    @Test
    void refusesToStartForAnotherDomain() {
        start(Map.of("BASE_DOMAIN", "example.com"));

        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("BASE_DOMAIN=localhost only, not with example.com");
    }

    @Test
    void sendsTheBrowserToItsOwnPage() {
        assertThat(signIn.authorizationUri(REQUEST)).hasToString("https://localhost:8443/local/sign-in?state=" + STATE);
    }

    @Test
    void letsTheUserSayWhoTheyAre() throws Exception {
        HttpResponse<String> form = get("?state=" + STATE, Map.of());
        HttpResponse<String> onward = post("state=" + STATE + "&username=alice", Map.of());

        assertThat(form.body()).contains("name=\"username\"", "value=\"" + STATE + "\"");
        assertThat(onward.statusCode()).isEqualTo(200);
        String callback =
                onward.body().replaceAll("(?s).*url=([^\"]*)\".*", "$1").replace("&amp;", "&");
        assertThat(callback).startsWith("https://localhost:8443/callback?state=" + STATE + "&code=");
        assertThat(signIn.identify(Parameters.parse(URI.create(callback).getRawQuery()), REQUEST))
                .isEqualTo(Identification.of(new User("local:alice", "alice")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Alice", "a b", "<script>", "-a", "a\u0000b"})
    void asksAgainForAnythingThatIsNotAUserName(String userName) throws Exception {
        HttpResponse<String> answer = post(
                "state=" + STATE + "&username="
                        + java.net.URLEncoder.encode(userName, java.nio.charset.StandardCharsets.UTF_8),
                Map.of());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("<script>").doesNotContain("callback");
    }

    @ParameterizedTest
    @CsvSource({
        "Gateway-Verify-Secret, wrong",
        "X-Forwarded-Host, evil.example",
        "X-Forwarded-Host, localhost",
        "X-Forwarded-For, 192.168.1.7",
        "X-Forwarded-For, '127.0.0.1, 10.0.0.1'",
    })
    void refusesWhatDidNotComeFromThisComputerThroughTheRouter(String header, String value) throws Exception {
        assertThat(get("?state=" + STATE, Map.of(header, value)).statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(post("state=" + STATE + "&username=alice", Map.of(header, value))
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
    }

    @Test
    void acceptsAProofForItsOwnStateOnlyAndOnlyForAMinute() {
        Sealer sealer = Sealer.of(SECRET, "local sign-in");
        String other = new SignInProof("BBBBBBBBBBBBBBBBBBBBBB", "alice", NOW.plusSeconds(60)).seal(sealer);
        String stale = new SignInProof(STATE, "alice", NOW).seal(sealer);
        String forged = new SignInProof(STATE, "alice", NOW.plusSeconds(60)).seal(Sealer.of(SECRET, "another label"));

        for (String code : List.of(other, stale, forged, "", "AAAA")) {
            assertThatThrownBy(() -> signIn.identify(Parameters.parse("code=" + code), REQUEST))
                    .isInstanceOf(SignInException.class);
        }
    }

    private void start(Map<String, String> changes) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BASE_DOMAIN", "localhost",
                "VERIFY_SECRET", VERIFY_SECRET,
                "ROUTER_ADDRESS", "127.0.0.1,::1",
                "ROUTER_MANAGEMENT_ADDRESS", "127.0.0.1",
                "ORACLE_ADDRESS", "127.0.0.1",
                "ORACLE_MANAGEMENT_ADDRESS", "::1"));
        environment.putAll(changes);
        signIn.start(new SignInEnvironment(
                new Settings(environment, GatewayFile.empty(), problems),
                URI.create("https://localhost:8443"),
                environment.get("BASE_DOMAIN"),
                List.of("127.0.0.1"),
                Set::of,
                GatewaySecrets.of(SECRET),
                Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    private HttpResponse<String> get(String query, Map<String, String> changes)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(query)).GET(), changes);
    }

    private HttpResponse<String> post(String form, Map<String, String> changes)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(uri(""))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form)),
                changes);
    }

    private URI uri(String query) {
        return URI.create("http://127.0.0.1:" + server.port() + LocalSignInPage.PATH + query);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, Map<String, String> changes)
            throws IOException, InterruptedException {
        Map<String, String> headers = new HashMap<>(Map.of(
                "Gateway-Verify-Secret", VERIFY_SECRET,
                "X-Forwarded-Host", "localhost:8443",
                "X-Forwarded-For", "127.0.0.1"));
        headers.putAll(changes);
        headers.forEach(request::setHeader);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
