package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.oracle.Oracle;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An oracle on free ports with two services, {@code echo} and {@code files}, and what is needed to talk to it. */
public final class RunningOracle implements AutoCloseable {
    public static final String VERIFY_SECRET = "the-verify-secret-of-these-tests-0";
    public static final String GATEWAY_SECRET = "the-gateway-secret-of-these-tests-";
    public static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    public static final String REDIRECT_URI = "http://127.0.0.1:3000/callback";
    public static final String ECHO = "https://echo.example.com/mcp";
    public static final String FILES = "https://files.example.com/mcp";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final SecureTokens RANDOM = new SecureTokens();

    private final HttpClient http = HttpClient.newHttpClient();
    private final SettableClock clock;
    private final Store store;
    private final boolean ownsStore;
    private final OracleSettings settings;
    private final Oracle oracle;

    private RunningOracle(SettableClock clock, Store store, boolean ownsStore, OracleSettings settings) {
        this(clock, store, ownsStore, settings, List.of(new FakeIdentityProvider()));
    }

    private RunningOracle(
            SettableClock clock,
            Store store,
            boolean ownsStore,
            OracleSettings settings,
            List<IdentityProvider> providers) {
        this.clock = clock;
        this.store = store;
        this.ownsStore = ownsStore;
        this.settings = settings;
        this.oracle = Oracle.start(settings, store, providers, clock);
    }

    public static RunningOracle start() {
        return start(Map.of());
    }

    /** @param environment settings beside those that every test needs */
    public static RunningOracle start(Map<String, String> environment) {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
        OracleSettings settings = settings(environment, "github:alice");
        Store store = StoreProvider.openAny(settings.storageUrl().reveal(), clock);
        return new RunningOracle(clock, store, true, settings);
    }

    /** @param file what {@code gateway.yaml} says */
    public static RunningOracle startWithFile(String file) {
        return startWithFile(Map.of(), file);
    }

    /**
     * An oracle with settings and a file.
     *
     * @param environment settings beside those that every test needs
     * @param file what {@code gateway.yaml} says
     */
    public static RunningOracle startWithFile(Map<String, String> environment, String file) {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
        OracleSettings settings = read(environment, file);
        return new RunningOracle(
                clock, StoreProvider.openAny(settings.storageUrl().reveal(), clock), true, settings);
    }

    /** As {@link #startWithFile(Map, String)}, where people sign in with these. */
    public static RunningOracle startWithProviders(
            List<IdentityProvider> providers, Map<String, String> environment, String file) {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
        OracleSettings settings = read(environment, file);
        return new RunningOracle(
                clock, StoreProvider.openAny(settings.storageUrl().reveal(), clock), true, settings, providers);
    }

    /** Another oracle on the same store and with the same settings, where people sign in with these. */
    public RunningOracle siblingWithProviders(List<IdentityProvider> providers) {
        return new RunningOracle(clock, store, false, settings, providers);
    }

    /** Another oracle on the same store, whose services are open to those whom this rule admits. */
    public RunningOracle sibling(String allow) {
        Map<String, String> sameStore =
                Map.of("STORAGE_URL", settings.storageUrl().reveal());
        return new RunningOracle(clock, store, false, settings(sameStore, allow));
    }

    /** Another oracle on the same store with settings of its own. */
    public RunningOracle siblingWith(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("STORAGE_URL", settings.storageUrl().reveal());
        return new RunningOracle(clock, store, false, settings(all, "github:alice"));
    }

    /** Another oracle on the same store with another {@code gateway.yaml}. */
    public RunningOracle siblingWithFile(String file) {
        Map<String, String> sameStore =
                Map.of("STORAGE_URL", settings.storageUrl().reveal());
        return new RunningOracle(clock, store, false, read(sameStore, file));
    }

    /**
     * Another oracle on the same store whose clock is ahead.
     *
     * @param difference negative if it is behind
     * @param environment settings beside those that every test needs
     */
    public RunningOracle siblingAhead(Duration difference, Map<String, String> environment) {
        SettableClock ahead = new SettableClock(clock.instant().plus(difference));
        Map<String, String> all = new HashMap<>(environment);
        all.put("STORAGE_URL", settings.storageUrl().reveal());
        OracleSettings other = settings(all, "github:alice");
        return new RunningOracle(ahead, StoreProvider.openAny(other.storageUrl().reveal(), ahead), true, other);
    }

    public static OracleSettings settings(Map<String, String> overrides, String allow) {
        return read(
                overrides,
                "services: {echo: {upstream: x, allow: ['%s']}, files: {upstream: x, allow: ['%s']}}"
                        .formatted(allow, allow));
    }

    private static OracleSettings read(Map<String, String> overrides, String file) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BASE_DOMAIN", "example.com",
                "VERIFY_SECRET", VERIFY_SECRET,
                "GATEWAY_JWT_SECRET", GATEWAY_SECRET,
                "STORAGE_URL", "jdbc:h2:mem:" + RANDOM.random(8),
                "ORACLE_ADDRESS", "127.0.0.1",
                "ORACLE_PORT", "0",
                "ORACLE_MANAGEMENT_PORT", "0"));
        environment.putAll(overrides);
        Problems problems = new Problems();
        return OracleSettings.read(
                new Settings(environment, GatewayFile.parse(file, "gateway.yaml", problems), problems));
    }

    public SettableClock clock() {
        return clock;
    }

    public Store store() {
        return store;
    }

    /** How many sign-ins are under way. */
    public int loginsBegun() {
        return Integer.parseInt(query("SELECT COUNT(*) FROM login").getFirst());
    }

    /** Everything that the store holds, as H2 writes it down. */
    public String dump() {
        return String.join("\n", query("SCRIPT"));
    }

    private List<String> query(String sql) {
        // The store opens files through this file system; under another one it would be another database.
        String url = settings.storageUrl().reveal().replace("jdbc:h2:file:", "jdbc:h2:async:");
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public OracleSettings settings() {
        return settings;
    }

    public int port() {
        return oracle.port();
    }

    public int managementPort() {
        return oracle.managementPort();
    }

    /** Registers a public client. */
    public String registerClient() {
        return registerClient(null);
    }

    /** Registers a client; it has not been used yet, so it lives for an hour. */
    public String registerClient(@Nullable String secret) {
        String id = RANDOM.random(16);
        store.clients()
                .create(new RegisteredClient(
                        id,
                        secret == null ? null : SecureTokens.hash(secret),
                        null,
                        "{\"client_name\":\"test\",\"redirect_uris\":[\"" + REDIRECT_URI
                                + "\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],\"token_endpoint_auth_method\":\""
                                + (secret == null ? "none" : "client_secret_basic") + "\"}",
                        clock.instant(),
                        clock.instant().plus(Duration.ofHours(1))));
        return id;
    }

    /** A code as the authorization endpoint issues it for alice. */
    public String issueCode(String clientId, String resource) {
        String code = RANDOM.random(32);
        store.codes()
                .issue(new IssuedCode(
                        SecureTokens.hash(code),
                        clientId,
                        REDIRECT_URI,
                        CHALLENGE,
                        RANDOM.random(16),
                        "4711",
                        "alice",
                        resource,
                        "mcp",
                        clock.instant().plusSeconds(60)));
        return code;
    }

    /** Redeems a new code; the answer of the token endpoint. */
    public JsonObject connect(String clientId, String resource) {
        return json(redeem(clientId, issueCode(clientId, resource)));
    }

    public HttpResponse<String> redeem(String clientId, String code) {
        return post("/token", redemption(clientId, code));
    }

    public static Map<String, String> redemption(String clientId, String code) {
        return Map.of(
                "grant_type", "authorization_code",
                "client_id", clientId,
                "code", code,
                "redirect_uri", REDIRECT_URI,
                "code_verifier", VERIFIER);
    }

    public HttpResponse<String> refresh(String clientId, String refreshToken) {
        return post(
                "/token", Map.of("grant_type", "refresh_token", "client_id", clientId, "refresh_token", refreshToken));
    }

    /** What {@code /verify} says about a request to this resource with this access token. */
    public HttpResponse<String> verify(String resource, String accessToken) {
        return send(question(URI.create(resource)).header("Authorization", "Bearer " + accessToken));
    }

    public HttpRequest.Builder question(URI resource) {
        return request("/verify")
                .header("Gateway-Verify-Secret", VERIFY_SECRET)
                .header("X-Forwarded-Method", "POST")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", resource.getRawAuthority())
                .header("X-Forwarded-Uri", resource.getRawPath());
    }

    public HttpResponse<String> post(String path, Map<String, String> form) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encode(form))));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + oracle.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    public HttpRequest.Builder managementRequest(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + oracle.managementPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    public static JsonObject json(HttpResponse<String> response) {
        return Json.createReader(new StringReader(response.body())).readObject();
    }

    @Override
    public void close() {
        oracle.close();
        if (ownsStore) {
            store.close();
        }
        http.close();
    }
}
