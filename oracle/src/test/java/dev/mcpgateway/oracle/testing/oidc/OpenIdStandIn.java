package dev.mcpgateway.oracle.testing.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/**
 * An OpenID provider as the specification describes it, on a loopback port: discovery, keys that rotate, codes bound to
 * PKCE, signed ID tokens, userinfo and refresh tokens that are used once. Its users need no browser. Thread-safe.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html">OpenID Connect Core 1.0</a>
 */
public final class OpenIdStandIn implements AutoCloseable {
    public static final String CLIENT_ID = "the-gateway";
    public static final String CLIENT_SECRET = "a secret: with % and &";

    private static final SecureTokens RANDOM = new SecureTokens();

    private final Clock clock;
    private final HttpServer server;
    private final Map<String, JsonObject> users = new ConcurrentHashMap<>();
    private final Map<String, Login> codes = new ConcurrentHashMap<>();
    private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final AtomicInteger keysFetched = new AtomicInteger();
    private final List<String> secrets = new ArrayList<>();
    private volatile PublicJsonWebKey key = newKey();
    private volatile Consumer<JwtClaims> change = _ -> {};
    private volatile Consumer<JsonWebSignature> signing = _ -> {};
    private volatile Consumer<JsonObjectBuilder> metadata = _ -> {};
    private volatile boolean givesRefreshTokens = true;
    private volatile boolean claimsInIdToken = true;

    private record Login(String sub, Parameters asked) {}

    private OpenIdStandIn(Clock clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        route("/.well-known/openid-configuration", _ -> discovery());
        route("/jwks", _ -> jwks());
        route("/token", this::token);
        route("/userinfo", this::userinfo);
        server.start();
    }

    public static OpenIdStandIn start(Clock clock) {
        return new OpenIdStandIn(clock);
    }

    public URI issuer() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Makes or changes a user. */
    public void user(String sub, JsonObject claims) {
        users.put(sub, claims);
    }

    /** The user is gone, with all that they were given. */
    public void remove(String sub) {
        users.remove(sub);
    }

    /** Answers at this path with this status from now on; 200 to work again. */
    public void fail(String path, int status) {
        failures.put(path, status);
    }

    /** Changes claims of ID tokens before they are signed. */
    public void changeClaims(Consumer<JwtClaims> how) {
        change = how;
    }

    /** Changes how ID tokens are signed. */
    public void changeSigning(Consumer<JsonWebSignature> how) {
        signing = how;
    }

    /** Changes the discovery document. */
    public void changeMetadata(Consumer<JsonObjectBuilder> how) {
        metadata = how;
    }

    /** Signs with another key from now on; the former is not published any more. */
    public void rotateKey() {
        key = newKey();
    }

    public void giveNoRefreshTokens() {
        givesRefreshTokens = false;
    }

    /** Claims about the user are in the answer of userinfo alone, as the specification has it. */
    public void keepClaimsOutOfIdTokens() {
        claimsInIdToken = false;
    }

    /** Access tokens end, refresh tokens stay. */
    public void expireAccessTokens() {
        accessTokens.clear();
    }

    public int keysFetched() {
        return keysFetched.get();
    }

    /** Every code and token that was given out. */
    public List<String> secrets() {
        synchronized (secrets) {
            return List.copyOf(secrets);
        }
    }

    /** The user signs in; where the browser is sent then. */
    public URI signIn(URI authorize, String sub) {
        Parameters asked = Parameters.parse(authorize.getRawQuery());
        String code = secret();
        codes.put(code, new Login(sub, asked));
        return URI.create(asked.required("redirect_uri") + "?code=" + code + "&state=" + asked.required("state")
                + "&iss=" + URLEncoder.encode(issuer().toString(), StandardCharsets.UTF_8));
    }

    /** What an endpoint answers. */
    private record Answer(int status, String body) {}

    private interface Endpoint {
        Answer answer(HttpExchange exchange) throws IOException;
    }

    private void route(String path, Endpoint endpoint) {
        server.createContext(path, exchange -> {
            try (exchange) {
                int status = failures.getOrDefault(path, 200);
                Answer answer = status == 200 ? endpoint.answer(exchange) : new Answer(status, "<h1>Sorry</h1>");
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(answer.status(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    private Answer discovery() {
        JsonObjectBuilder document = Json.createObjectBuilder()
                .add("issuer", issuer().toString())
                .add("authorization_endpoint", issuer() + "/authorize")
                .add("token_endpoint", issuer() + "/token")
                .add("userinfo_endpoint", issuer() + "/userinfo")
                .add("jwks_uri", issuer() + "/jwks")
                .add("authorization_response_iss_parameter_supported", true);
        metadata.accept(document);
        return new Answer(200, document.build().toString());
    }

    private Answer jwks() {
        keysFetched.incrementAndGet();
        return new Answer(200, "{\"keys\":[" + key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY) + "]}");
    }

    private Answer token(HttpExchange exchange) throws IOException {
        if (!isClient(exchange)) {
            return error(401, "invalid_client");
        }
        Parameters form =
                Parameters.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (form.required("grant_type").equals("refresh_token")) {
            String sub = refreshTokens.remove(form.required("refresh_token"));
            return sub == null || !users.containsKey(sub) ? error(400, "invalid_grant") : tokens(sub, "");
        }
        Login login = codes.remove(form.required("code"));
        boolean proven = login != null
                && login.asked().required("redirect_uri").equals(form.required("redirect_uri"))
                && login.asked().required("code_challenge").equals(SecureTokens.hash(form.required("code_verifier")));
        return login != null && proven
                ? tokens(login.sub(), login.asked().required("nonce"))
                : error(400, "invalid_grant");
    }

    private static boolean isClient(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return false;
        }
        String[] parts = new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8)
                .split(":", 2);
        return URLDecoder.decode(parts[0], StandardCharsets.UTF_8).equals(CLIENT_ID)
                && URLDecoder.decode(parts[1], StandardCharsets.UTF_8).equals(CLIENT_SECRET);
    }

    private Answer tokens(String sub, String nonce) {
        String accessToken = secret();
        accessTokens.put(accessToken, sub);
        JsonObjectBuilder answer = Json.createObjectBuilder()
                .add("access_token", accessToken)
                .add("token_type", "Bearer")
                .add("expires_in", 300)
                .add("id_token", idToken(sub, nonce, accessToken));
        if (givesRefreshTokens) {
            String refreshToken = secret();
            refreshTokens.put(refreshToken, sub);
            answer.add("refresh_token", refreshToken);
        }
        return new Answer(200, answer.build().toString());
    }

    private String idToken(String sub, String nonce, String accessToken) {
        try {
            JwtClaims claims = claimsInIdToken
                    ? JwtClaims.parse(users.getOrDefault(sub, JsonObject.EMPTY_JSON_OBJECT)
                            .toString())
                    : new JwtClaims();
            claims.setIssuer(issuer().toString());
            claims.setSubject(sub);
            claims.setAudience(CLIENT_ID);
            claims.setIssuedAt(at(Duration.ZERO));
            claims.setExpirationTime(at(Duration.ofMinutes(5)));
            String hash = SecureTokens.hash(accessToken);
            byte[] whole = Base64.getUrlDecoder().decode(hash);
            claims.setStringClaim(
                    "at_hash", Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, 16)));
            if (!nonce.isEmpty()) {
                claims.setStringClaim("nonce", nonce);
            }
            change.accept(claims);
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setAlgorithmHeaderValue("RS256");
            signature.setKey(key.getPrivateKey());
            signature.setKeyIdHeaderValue(key.getKeyId());
            signing.accept(signature);
            return signature.getCompactSerialization();
        } catch (JoseException | InvalidJwtException e) {
            throw new IllegalStateException("the stand-in cannot sign", e);
        }
    }

    private NumericDate at(Duration later) {
        return NumericDate.fromMilliseconds(clock.instant().plus(later).toEpochMilli());
    }

    private Answer userinfo(HttpExchange exchange) {
        String token = exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
        String sub = accessTokens.get(token);
        return sub == null || !users.containsKey(sub)
                ? error(401, "invalid_token")
                : new Answer(
                        200,
                        Json.createObjectBuilder(users.get(sub))
                                .add("sub", sub)
                                .build()
                                .toString());
    }

    private static Answer error(int status, String code) {
        return new Answer(
                status, Json.createObjectBuilder().add("error", code).build().toString());
    }

    private String secret() {
        String secret = RANDOM.random(24);
        synchronized (secrets) {
            secrets.add(secret);
        }
        return secret;
    }

    private static PublicJsonWebKey newKey() {
        try {
            PublicJsonWebKey made = RsaJwkGenerator.generateJwk(2_048);
            made.setKeyId(RANDOM.random(8));
            return made;
        } catch (JoseException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
