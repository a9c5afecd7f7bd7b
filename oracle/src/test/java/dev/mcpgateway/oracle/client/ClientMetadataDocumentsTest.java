package dev.mcpgateway.oracle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.ClientKey;
import dev.mcpgateway.oracle.testing.DocumentServer;
import dev.mcpgateway.oracle.testing.DocumentServer.Answer;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.testing.SettableClock;
import jakarta.json.JsonObject;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class ClientMetadataDocumentsTest {
    private static final int KEPT = 20;
    private static final Duration DAY = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
    private DocumentServer server;
    private ClientMetadataDocuments documents;
    private int number;

    @BeforeAll
    void start(@TempDir Path folder) {
        server = new DocumentServer(folder);
    }

    @BeforeEach
    void forget() {
        documents = documents(List.of("localhost"), host -> List.of(InetAddress.ofLiteral("127.0.0.1")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private ClientMetadataDocuments documents(List<String> allowed, ClientMetadataFetcher.Names names) {
        return new ClientMetadataDocuments(new ClientMetadataFetcher(allowed, names, server.tls()), false, KEPT, clock);
    }

    private String address(String path) {
        return "https://localhost:" + server.port() + path;
    }

    private static String document(String clientId) {
        return "{\"client_id\":\"" + clientId
                + "\",\"client_name\":\"Editor\",\"redirect_uris\":[\"http://127.0.0.1/callback\","
                + "\"http://localhost/callback\"]}";
    }

    /** Publishes a document at an address of its own. */
    private String publish(Answer answer) {
        String path = "/client-" + number++ + ".json";
        server.put(path, answer);
        return path;
    }

    private String publish() {
        String path = "/client-" + number++ + ".json";
        server.put(path, Answer.json(document(address(path))));
        return path;
    }

    private void assertRefused(String clientId, String why) {
        assertThatThrownBy(() -> documents.find(clientId))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(OAuthError.INVALID_CLIENT))
                .hasMessageContaining(why);
    }

    private void assertUnavailable(String clientId) {
        assertThatThrownBy(() -> documents.find(clientId))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(OAuthError.TEMPORARILY_UNAVAILABLE));
    }

    @Test
    void readsWhoTheClientIs() {
        Client client = documents.find(address(publish()));

        assertThat(client.name()).isEqualTo("Editor");
        assertThat(client.host()).isEqualTo("localhost");
        assertThat(client.origin()).isEqualTo(Client.Origin.PUBLISHED);
        assertThat(client.isConfidential()).isFalse();
        assertThat(client.metadata().redirectUri("http://localhost:5173/callback"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/client.json",
                "https://localhost",
                "https://localhost/",
                "https://LOCALHOST/client.json",
                "https://user@localhost/client.json",
                "https://localhost/client.json#x",
                "https://localhost/a/../client.json",
                "https://localhost/a/%2e%2E/client.json",
                "https://localhost/./client.json",
                "https://[::1]/client.json",
                "https://localhost:99999999/x",
                "https://localhost/%zz",
                "https://localhost/x?%",
                "https://a..b/x",
                "https://1.2.3.4.5/x",
                "https://localhost\\\\evil.example/x",
                "https://localhost/client json"
            })
    void fetchesNothingThatIsNoProperAddress(String clientId) {
        int before = server.asked();

        assertRefused(clientId, "a client_id that is a URL must be https");

        assertThat(server.asked()).isEqualTo(before);
    }

    @Test
    void refusesADocumentThatIsNoGood() {
        String own = "/own.json";
        assertRefused(address(publish(Answer.json(document(address(own))))), "is not the address that it is at");
        assertRefused(address(publish(Answer.json("[]"))), "not accepted");
        assertRefused(address(publish(Answer.json("{}"))), "is not the address that it is at");
        server.put(
                "/secret.json",
                Answer.json(document(address("/secret.json")).replace("}", ",\"client_secret\":\"s\"}")));
        assertRefused(address("/secret.json"), "client_secret");
        server.put(
                "/method.json",
                Answer.json(document(address("/method.json"))
                        .replace("}", ",\"token_endpoint_auth_method\":\"client_secret_post\"}")));
        assertRefused(address("/method.json"), "must be none or private_key_jwt");
        server.put(
                "/redirect.json",
                Answer.json(document(address("/redirect.json")).replace("http://127.0.0.1", "http://evil.example")));
        assertRefused(address("/redirect.json"), "accepted are https URLs");
        server.put("/name.json", Answer.json(document(address("/name.json")).replace("\"Editor\"", "null")));
        assertRefused(address("/name.json"), "client_name is missing");
        assertRefused(address(publish(new Answer(404, Map.of(), ""))), "answered 404 instead of 200");
        assertRefused(
                address(publish(new Answer(200, Map.of("Content-Type", "text/html"), "<html>"))),
                "is not application/json");
        assertRefused(address(publish(Answer.json(" ".repeat(17_000)))), "larger than 16384 bytes");
    }

    @Test
    void followsNobodyElsewhere() {
        String target = publish();
        int before = server.asked();

        assertRefused(
                address(publish(new Answer(302, Map.of("Location", address(target)), ""))),
                "answered 302 instead of 200");

        assertThat(server.asked()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "100.64.0.1",
                "192.0.0.8",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::1",
                "2001:0:7f00:1::1",
                "2001:db8::1",
                "fec0::1",
                "100::1"
            })
    void asksNobodyWhoIsNotOnThePublicInternet(String address) {
        InetAddress forbidden = InetAddress.ofLiteral(address);
        InetAddress open = InetAddress.ofLiteral("93.184.215.14");
        int before = server.asked();

        assertThat(PublicAddresses.isPublic(forbidden)).isFalse();
        documents = documents(List.of(), _ -> List.of(forbidden));
        assertRefused("https://client.example/client.json", "not on the public Internet");
        // One bad address is enough: nobody knows which of them is used next time.
        documents = documents(List.of(), _ -> List.of(open, forbidden));
        assertRefused("https://client.example/client.json", "not on the public Internet");
        assertThat(server.asked()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"93.184.215.14", "172.32.0.1", "100.128.0.1", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::8"})
    void asksWhoeverIsOnThePublicInternet(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void looksANameUpOnceSoThatNobodyChangesItInBetween() {
        AtomicInteger lookups = new AtomicInteger();
        // A name server that answers with something harmless first.
        documents = documents(List.of(), _ -> {
            String address = lookups.getAndIncrement() == 0 ? "192.0.2.1" : "127.0.0.1";
            return List.of(InetAddress.ofLiteral(address));
        });
        int before = server.asked();

        assertRefused("https://client.example/client.json", "not on the public Internet");

        assertThat(lookups).hasValue(1);
        assertThat(server.asked()).isEqualTo(before);
    }

    @Test
    void asksAtTheUsualPortAlone() {
        documents = documents(List.of(), _ -> List.of(InetAddress.ofLiteral("93.184.215.14")));

        assertRefused("https://client.example:8443/client.json", "port of https");
    }

    @Test
    void waitsForNobodyLong() {
        long start = System.nanoTime();

        assertUnavailable(address("/never"));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=600 | 600",
                "public, max-age=1 | 60",
                "no-store | 60",
                "max-age=99999999 | 86400",
                "'' | 3600"
            })
    void keepsADocumentForAsLongAsItsServerSays(String control, int seconds) {
        String path = publish();
        server.put(path, Answer.json(document(address(path))).with("Cache-Control", control));
        int before = server.asked();
        documents.find(address(path));

        clock.advance(Duration.ofSeconds(seconds - 1));
        documents.find(address(path));
        assertThat(server.asked()).isEqualTo(before + 1);
        clock.advance(Duration.ofSeconds(1));
        documents.find(address(path));
        assertThat(server.asked()).isEqualTo(before + 2);
    }

    @Test
    void goesOnWithTheLastGoodDocumentForADay() {
        String path = publish();
        server.put(path, Answer.json(document(address(path))).with("Cache-Control", "max-age=60"));
        documents.find(address(path));
        server.put(path, new Answer(503, Map.of(), ""));

        clock.advance(Duration.ofMinutes(2));
        assertThat(documents.find(address(path)).name()).isEqualTo("Editor");
        clock.advance(DAY);
        assertUnavailable(address(path));
        server.put(path, Answer.json(document(address(path))));
        clock.advance(Duration.ofSeconds(30));
        assertThat(documents.find(address(path)).name()).isEqualTo("Editor");
    }

    @Test
    void keepsAGoodClientHoweverManyBadOnesAreAskedFor() {
        String good = address(publish());
        documents.find(good);
        int before = server.asked();

        for (int i = 0; i < 2 * KEPT; i++) {
            assertRefused("https://localhost:" + server.port() + "/missing-" + publishMissing(i), "404");
        }

        assertThat(documents.find(good).name()).isEqualTo("Editor");
        assertThat(server.asked()).isEqualTo(before + 2 * KEPT);
    }

    private int publishMissing(int i) {
        server.put("/missing-" + i, new Answer(404, Map.of(), ""));
        return i;
    }

    @Test
    void doesNotGoOnWithAClientThatItsHostHasTakenBack() {
        String path = publish();
        server.put(path, Answer.json(document(address(path))).with("Cache-Control", "max-age=60"));
        documents.find(address(path));
        server.put(path, new Answer(404, Map.of(), ""));

        clock.advance(Duration.ofMinutes(2));

        assertRefused(address(path), "404");
    }

    @Test
    void asksAgainOnlyAfterAWhileWhatHasFailed() {
        String path = publish(new Answer(404, Map.of(), ""));
        assertRefused(address(path), "404");
        int before = server.asked();

        assertRefused(address(path), "404");
        assertThat(server.asked()).isEqualTo(before);
        clock.advance(Duration.ofSeconds(30));
        assertRefused(address(path), "404");
        assertThat(server.asked()).isEqualTo(before + 1);
    }

    @Test
    void fetchesOnceForManyWhoAskAtOnce() throws Exception {
        String id = address(publish());
        int before = server.asked();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Client>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(() -> documents.find(id));
            }
            for (var found : threads.invokeAll(all)) {
                assertThat(found.get().id()).isEqualTo(id);
            }
        }

        assertThat(server.asked()).isEqualTo(before + 1);
    }

    @Test
    void connectsAClientWithoutRegistering() throws NoSuchAlgorithmException {
        SSLContext usual = SSLContext.getDefault();
        SSLContext.setDefault(server.tls());
        String id = address(publish());
        try (RunningOracle oracle = RunningOracle.start(Map.of("CLIENT_METADATA_ALLOW_HOSTS", "localhost"))) {
            Browser browser = new Browser(oracle);
            Map<String, String> request = new HashMap<>(Browser.request(id));
            request.put("redirect_uri", "http://127.0.0.1:41234/callback");
            HttpResponse<String> page = browser.authorize(request);
            assertThat(page.body())
                    .contains("<p class=\"badge\">localhost</p>", "says that this application is its own");
            String state =
                    Browser.query(Browser.onward(browser.decide(page, "allow"))).required("state");
            String code = Browser.query(Browser.location(browser.get("/callback?state=" + state)))
                    .required("code");
            Map<String, String> redemption = new HashMap<>(RunningOracle.redemption(id, code));
            redemption.put("redirect_uri", "http://127.0.0.1:41234/callback");
            JsonObject tokens = RunningOracle.json(oracle.post("/token", redemption));
            HttpResponse<String> verdict = oracle.verify(RunningOracle.ECHO, tokens.getString("access_token"));
            assertThat(verdict.headers().firstValue("X-Client-Id")).contains(id);
            assertThat(oracle.refresh(id, tokens.getString("refresh_token")).statusCode())
                    .isEqualTo(200);

            String bad = address(publish(new Answer(404, Map.of(), "")));
            request.put("client_id", bad);
            HttpResponse<String> refused = browser.authorize(request);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("the document that client_id names is not accepted");
            assertThat(oracle.refresh(bad, tokens.getString("refresh_token")).statusCode())
                    .isEqualTo(401);
        } finally {
            SSLContext.setDefault(usual);
        }
    }

    @Test
    void authenticatesAClientByAKeyThatItHasPublished() {
        ClientKey key = new ClientKey(clock);
        String path = publish();
        server.put(
                path,
                Answer.json(document(address(path))
                        .replace(
                                "}",
                                ",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":" + key.jwks() + "}")));

        Client client = documents.find(address(path));

        assertThat(client.isConfidential()).isTrue();
        assertThat(client.metadata().keys()).hasSize(1);
        String leaked = "/leaked.json";
        server.put(
                leaked,
                Answer.json(document(address(leaked))
                        .replace(
                                "}",
                                ",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":"
                                        + key.jwksWithPrivateKey() + "}")));
        assertRefused(address(leaked), "public keys alone");
    }

    @Test
    void asksNobodyWhereDocumentsAreOff() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("CLIENT_METADATA", "off"))) {
            int before = server.asked();

            HttpResponse<String> page = new Browser(oracle).authorize(Browser.request(address(publish())));

            assertThat(page.statusCode()).isEqualTo(400);
            assertThat(server.asked()).isEqualTo(before);
            assertThat(RunningOracle.json(oracle.send(oracle.request("/.well-known/oauth-authorization-server")))
                            .getBoolean("client_id_metadata_document_supported"))
                    .isFalse();
        }
    }
}
