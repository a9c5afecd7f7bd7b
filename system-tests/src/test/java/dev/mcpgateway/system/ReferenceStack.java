package dev.mcpgateway.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What somebody has who comes from the reference stack: its {@code .env}, its backup, and a Redis with its keys. All of
 * it is made up here, in the forms that the reference writes.
 */
final class ReferenceStack {
    static final String CLIENT_ID = "client_Zk3reference";
    static final String CLIENT_SECRET = "the-secret-that-the-reference-gave";
    static final String REGISTRATION_TOKEN = "reg-the-token-that-the-reference-gave";
    static final String REFRESH_TOKEN = "the-refresh-token-that-the-reference-gave";

    /** One that the reference registers and nobody may have here. */
    static final String ODD_CLIENT_ID = "client_outofband";

    private static final int RSA_BITS = 2048;
    private static final int LINE = 64;
    private static final long DAYS_90 = 7_776_000;

    private final KeyPair keys;

    ReferenceStack() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The modulus of its key, as a JWK has it. */
    String modulus() {
        BigInteger modulus = ((RSAPublicKey) keys.getPublic()).getModulus();
        byte[] bytes = modulus.toByteArray();
        int sign = bytes.length - RSA_BITS / Byte.SIZE;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    /** Every variable of its {@code .env} and of its documentation, but for where things are, which a test decides. */
    Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(Map.of("LOG_LEVEL", "INFO"));
        all.putAll(Map.of(
                "ACME_EMAIL", "admin@example.com",
                "GATEWAY_JWT_SECRET", "Zm9yIHRoZSB0ZXN0cyBhbG9uZSwgbm90IHNlY3JldA==",
                "ALLOWED_GITHUB_USERS", "alice,bob",
                "JWT_ALGORITHM", "RS256",
                "JWT_PRIVATE_KEY_B64", Base64.getEncoder().encodeToString(pem().getBytes(US_ASCII)),
                "ACCESS_TOKEN_LIFETIME", "86400",
                "REFRESH_TOKEN_LIFETIME", "2592000",
                "SESSION_TIMEOUT", "3600",
                "CLIENT_LIFETIME", "7776000",
                "MCP_CORS_ORIGINS", "*"));
        for (String ignored : new String[] {
            "REDIS_HOST",
            "REDIS_PORT",
            "REDIS_DB",
            "REDIS_USERNAME",
            "REDIS_PWD",
            "REDIS_SSL",
            "MCP_PROTOCOL_VERSION",
            "MCP_PROTOCOL_VERSIONS_SUPPORTED",
            "TRAEFIK_LOG_LEVEL",
            "AUTH_LOG_LEVEL",
            "MCP_LOG_LEVEL",
            "ENABLE_MCP_FETCH",
            "MCP_FETCH_ENABLED",
            "MCP_FETCH_TESTS_ENABLED",
            "MCP_FETCH_URLS",
            "MCP_ECHO_STATEFUL_ENABLED",
            "MCP_SESSION_TIMEOUT",
            "MCP_ECHO_HOST",
            "MCP_ECHO_PORT",
            "MCP_ECHO_DEBUG",
            "MCP_BIND_HOST",
            "MCP_PORT",
            "HEALTH_CHECK_TIMEOUT",
            "HEALTH_CHECK_INTERVAL",
            "TEST_HTTP_TIMEOUT",
            "TEST_MAX_RETRIES",
            "TEST_RETRY_DELAY",
            "TEST_REDIRECT_URI",
            "TEST_CLIENT_NAME",
            "TEST_CLIENT_SCOPE",
            "MCP_TESTING_URL",
            "GITHUB_PAT",
            "GATEWAY_OAUTH_ACCESS_TOKEN",
            "GATEWAY_OAUTH_REFRESH_TOKEN",
            "GATEWAY_OAUTH_CLIENT_ID",
            "GATEWAY_OAUTH_CLIENT_SECRET",
            "MCP_CLIENT_ACCESS_TOKEN",
            "MCP_CLIENT_ID",
            "MCP_CLIENT_SECRET",
            "GATEWAY_RSA_PRIVATE_KEY",
            "GATEWAY_RSA_PUBLIC_KEY",
            "TWINE_USERNAME",
            "TWINE_PASSWORD"
        }) {
            all.put(ignored, "1");
        }
        return all;
    }

    private String pem() {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    }

    /** What its backup command writes. */
    static JsonObject backup() {
        JsonObject other = record("{}", 1000).build();
        return Json.createObjectBuilder()
                .add("timestamp", Instant.now().toString())
                .add("metadata", Json.createObjectBuilder().add("total_registrations", 2))
                .add(
                        "registrations",
                        Json.createObjectBuilder()
                                .add(CLIENT_ID, record(registration(CLIENT_ID, Client.REDIRECT_URI), DAYS_90))
                                .add(
                                        ODD_CLIENT_ID,
                                        record(registration(ODD_CLIENT_ID, "urn:ietf:wg:oauth:2.0:oob"), -1)))
                .add("tokens", Json.createObjectBuilder().add("jti", other))
                .add("refresh_tokens", Json.createObjectBuilder().add(REFRESH_TOKEN, other))
                .add("states", JsonObject.EMPTY_JSON_OBJECT)
                .add("codes", JsonObject.EMPTY_JSON_OBJECT)
                .add("sessions", JsonObject.EMPTY_JSON_OBJECT)
                .add("user_tokens", JsonObject.EMPTY_JSON_OBJECT)
                .build();
    }

    private static JsonObjectBuilder record(String value, long ttl) {
        return Json.createObjectBuilder().add("type", "string").add("ttl", ttl).add("value", value);
    }

    /** Lists are JSON in a text there. */
    private static String registration(String id, String redirectUri) {
        return Json.createObjectBuilder()
                .add("client_id", id)
                .add("client_secret", CLIENT_SECRET)
                .add("client_secret_expires_at", 0)
                .add("client_id_issued_at", 1_760_000_000)
                .add(
                        "redirect_uris",
                        Json.createArrayBuilder().add(redirectUri).build().toString())
                .add("client_name", "Claude")
                .add("scope", "openid profile email")
                .add("created_at", 1_760_000_000)
                .add("response_types", "[\"code\"]")
                .add("grant_types", "[\"authorization_code\", \"refresh_token\"]")
                .add("registration_access_token", REGISTRATION_TOKEN)
                .build()
                .toString();
    }

    /** Its keys in a Redis that is used on. */
    static void leaveKeysIn(RedisServer redis) throws IOException {
        redis.command("SET", "oauth:client:" + CLIENT_ID, "{}");
        redis.command("SET", "oauth:token:jti", "{}");
        redis.command("SET", "oauth:refresh:" + REFRESH_TOKEN, "{}");
        redis.command("SET", "oauth:code:x", "{}");
        redis.command("SET", "oauth:state:x", "{}");
        redis.command("SADD", "oauth:user_tokens:alice", "jti");
    }
}
