package dev.mcpgateway.doctor.client;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Printable;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import dev.mcpgateway.doctor.web.Web;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One person's sign-in through one client: the authorization code flow with PKCE, and what becomes of its tokens. Knows
 * every secret of it, so that {@link #said} can leave them out.
 */
public final class SignIn {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Web web;
    private final Discovery discovery;
    private final ClientProfile profile;
    private final Registration registration;
    private final URI redirectUri;
    private final String state = random();
    private final String verifier = random();
    private final Set<String> secrets = new HashSet<>();

    /** @param refresh null where the server issues none */
    public record Tokens(String access, @Nullable String refresh) {
        @Override
        public String toString() {
            return "Tokens[redacted]";
        }
    }

    public SignIn(Web web, Discovery discovery, ClientProfile profile, Registration registration, URI redirectUri) {
        this.web = web;
        this.discovery = discovery;
        this.profile = profile;
        this.registration = registration;
        this.redirectUri = redirectUri;
        secrets.add(verifier);
        if (registration.secret() != null) {
            secrets.add(registration.secret());
        }
        if (registration.token() != null) {
            secrets.add(registration.token());
        }
    }

    public ClientProfile profile() {
        return profile;
    }

    public Registration registration() {
        return registration;
    }

    public Discovery discovery() {
        return discovery;
    }

    public URI redirectUri() {
        return redirectUri;
    }

    public boolean isOurState(@Nullable String answered) {
        return state.equals(answered);
    }

    /** What a browser has to open. */
    public URI authorizationUri() {
        URI endpoint = discovery.endpoint("authorization_endpoint").orElseThrow();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", registration.clientId());
        query.put("redirect_uri", redirectUri.toString());
        query.put("state", state);
        query.put("code_challenge", base64(sha256(verifier)));
        query.put("code_challenge_method", "S256");
        List<String> scopes = profile.scopes(discovery);
        if (!scopes.isEmpty()) {
            query.put("scope", String.join(" ", scopes));
        }
        query.put("resource", resource());
        String separator = endpoint.getRawQuery() == null ? "?" : "&";
        return URI.create(endpoint + separator + Urls.form(query));
    }

    /** As the metadata writes it, where there is any. */
    private String resource() {
        return profile.resource(discovery)
                .flatMap(document -> document.text("resource"))
                .orElse(discovery.service().toString());
    }

    public Answer redeem(String code) {
        secrets.add(code);
        return token(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "code_verifier",
                verifier,
                "redirect_uri",
                redirectUri.toString(),
                "resource",
                resource()));
    }

    public Answer refresh(String refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken, "resource", resource()));
    }

    private Answer token(Map<String, String> fields) {
        Answer answer = web.postForm(discovery.endpoint("token_endpoint").orElseThrow(), authenticated(fields));
        tokens(answer).ifPresent(tokens -> {
            secrets.add(tokens.access());
            if (tokens.refresh() != null) {
                secrets.add(tokens.refresh());
            }
        });
        return answer;
    }

    /** Empty where the server has no such endpoint. */
    public Optional<Answer> revoke(String token) {
        return discovery
                .endpoint("revocation_endpoint")
                .map(endpoint -> web.postForm(endpoint, authenticated(Map.of("token", token))));
    }

    private Map<String, String> authenticated(Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("client_id", registration.clientId());
        if (registration.secret() != null) {
            all.put("client_secret", registration.secret());
        }
        return all;
    }

    /** The tokens, if the answer has some. */
    public static Optional<Tokens> tokens(Answer answer) {
        return answer.status() != 200
                ? Optional.empty()
                : answer.json()
                        .filter(json -> json.get("access_token") instanceof JsonString)
                        .map(json -> new Tokens(
                                json.getString("access_token"),
                                json.get("refresh_token") instanceof JsonString text ? text.getString() : null));
    }

    /** Whether it is said how long the access token counts. */
    public static boolean saysLifetime(Answer answer) {
        return answer.json()
                .filter(json -> json.get("expires_in") instanceof JsonNumber)
                .isPresent();
    }

    /** The status and the error of an answer, without any secret. */
    public String said(Answer answer) {
        Optional<JsonObject> json = answer.json();
        String error = json.map(object -> object.getString("error", "")).orElse("");
        String description =
                json.map(object -> object.getString("error_description", "")).orElse("");
        return answer.words()
                + (error.isEmpty() ? "" : " " + hide(error))
                + (description.isEmpty() ? "" : ": " + Printable.quote(hide(description)));
    }

    /** A text of the server without any secret. */
    public String hide(String text) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = hidden.replace(secret, "[secret]");
        }
        return hidden;
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return base64(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
