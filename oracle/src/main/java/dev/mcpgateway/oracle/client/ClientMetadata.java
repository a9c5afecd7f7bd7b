package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself. Members that are not known here are ignored, as the specification asks.
 *
 * @param redirectUris at least one
 * @param clientName null if it has none
 * @param authenticationMethod {@code none}, {@code client_secret_basic} or {@code client_secret_post}
 * @param document all of it, as it is stored and echoed
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591, section 2</a>
 */
public record ClientMetadata(
        List<RedirectUri> redirectUris, @Nullable String clientName, String authenticationMethod, JsonObject document) {
    /** The method of clients that cannot keep a secret. */
    public static final String NO_AUTHENTICATION = "none";

    private static final int MAX_REDIRECT_URIS = 10;
    private static final int MAX_NAME = 200;
    private static final int MAX_TEXT = 2048;
    private static final int MAX_ITEMS = 10;
    private static final List<String> AUTHENTICATION_METHODS =
            List.of(NO_AUTHENTICATION, "client_secret_basic", "client_secret_post");
    private static final List<String> GRANT_TYPES = List.of("authorization_code", "refresh_token");
    private static final List<String> RESPONSE_TYPES = List.of("code");
    private static final List<String> APPLICATION_TYPES = List.of("native", "web");
    private static final List<String> LINKS = List.of("client_uri", "logo_uri", "tos_uri", "policy_uri");
    private static final List<String> TEXTS = List.of("scope", "software_id", "software_version");

    private static final Pattern LINK = Pattern.compile("https?://[\\x21-\\x7e&&[^\"<>\\\\^`{|}]]+");
    /**
     * Control and direction characters, which make a name look like another one; joiners belong to scripts and emoji.
     */
    private static final Pattern DECEPTIVE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\u200c\\u200d]]");

    public ClientMetadata {
        redirectUris = List.copyOf(redirectUris);
    }

    /**
     * Reads and checks the metadata; what is left out is filled in.
     *
     * @throws OAuthException {@code invalid_redirect_uri} or {@code invalid_client_metadata}, naming the member
     */
    public static ClientMetadata parse(JsonObject sent) {
        List<RedirectUri> redirectUris = redirectUris(sent);
        String method = text(sent, "token_endpoint_auth_method", MAX_TEXT).orElse("client_secret_basic");
        requireOneOf("token_endpoint_auth_method", method, AUTHENTICATION_METHODS);
        String name = text(sent, "client_name", MAX_NAME).orElse(null);

        JsonObjectBuilder document = Json.createObjectBuilder()
                .add(
                        "redirect_uris",
                        Json.createArrayBuilder(
                                redirectUris.stream().map(RedirectUri::toString).toList()))
                .add("token_endpoint_auth_method", method)
                .add("grant_types", supported(sent, "grant_types", GRANT_TYPES))
                .add("response_types", supported(sent, "response_types", RESPONSE_TYPES));
        if (name != null) {
            document.add("client_name", name);
        }
        text(sent, "application_type", MAX_TEXT).ifPresent(type -> {
            requireOneOf("application_type", type, APPLICATION_TYPES);
            document.add("application_type", type);
        });
        LINKS.forEach(member -> link(sent, member).ifPresent(url -> document.add(member, url)));
        TEXTS.forEach(member -> text(sent, member, MAX_TEXT).ifPresent(value -> document.add(member, value)));
        List<String> contacts = texts(sent, "contacts");
        if (!contacts.isEmpty()) {
            document.add("contacts", Json.createArrayBuilder(contacts));
        }
        return new ClientMetadata(redirectUris, name, method, document.build());
    }

    /** The registered redirect URI that admits this one. */
    public Optional<RedirectUri> redirectUri(String requested) {
        return redirectUris.stream()
                .filter(registered -> registered.admits(requested))
                .findFirst()
                .map(_ -> RedirectUri.parse(requested));
    }

    private static List<RedirectUri> redirectUris(JsonObject sent) {
        if (!(sent.get("redirect_uris") instanceof JsonArray array) || array.isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REDIRECT_URI,
                    "redirect_uris is missing: it must be an array of at least one URI");
        }
        if (array.size() > MAX_REDIRECT_URIS) {
            throw new OAuthException(
                    OAuthError.INVALID_REDIRECT_URI, "redirect_uris holds more than " + MAX_REDIRECT_URIS);
        }
        return array.stream()
                .map(value -> {
                    if (value instanceof JsonString uri) {
                        return RedirectUri.parse(uri.getString());
                    }
                    throw new OAuthException(OAuthError.INVALID_REDIRECT_URI, "redirect_uris must hold strings");
                })
                .toList();
    }

    /** What we support of a list; all of it if the client names nothing. */
    private static jakarta.json.JsonArrayBuilder supported(JsonObject sent, String member, List<String> supported) {
        List<String> asked = texts(sent, member);
        if (!asked.isEmpty() && !asked.contains(supported.getFirst())) {
            throw refusal("%s must contain %s".formatted(member, supported.getFirst()));
        }
        return Json.createArrayBuilder(supported.stream()
                .filter(value -> asked.isEmpty() || asked.contains(value))
                .toList());
    }

    private static Optional<String> link(JsonObject sent, String member) {
        Optional<String> url = text(sent, member, MAX_TEXT);
        if (url.filter(LINK.asMatchPredicate().negate()).isPresent()) {
            throw refusal("%s must be an http or https URL".formatted(member));
        }
        return url;
    }

    /** The member as text; null and empty count as absent. */
    private static Optional<String> text(JsonObject sent, String member, int maxLength) {
        JsonValue value = sent.getOrDefault(member, JsonValue.NULL);
        if (value.equals(JsonValue.NULL)) {
            return Optional.empty();
        }
        if (!(value instanceof JsonString string)) {
            throw refusal("%s must be a string".formatted(member));
        }
        return Optional.of(checked(member, string.getString().strip(), maxLength))
                .filter(text -> !text.isEmpty());
    }

    private static List<String> texts(JsonObject sent, String member) {
        JsonValue value = sent.getOrDefault(member, JsonValue.NULL);
        if (value.equals(JsonValue.NULL)) {
            return List.of();
        }
        if (!(value instanceof JsonArray array) || array.size() > MAX_ITEMS) {
            throw refusal("%s must be an array of at most %d strings".formatted(member, MAX_ITEMS));
        }
        return array.stream()
                .map(item -> {
                    if (item instanceof JsonString text) {
                        return checked(member, text.getString(), MAX_TEXT);
                    }
                    throw refusal("%s must hold strings".formatted(member));
                })
                .toList();
    }

    private static String checked(String member, String text, int maxLength) {
        if (text.length() > maxLength) {
            throw refusal("%s is longer than %d characters".formatted(member, maxLength));
        }
        if (DECEPTIVE.matcher(text).find()) {
            throw refusal("%s holds invisible characters".formatted(member));
        }
        return text;
    }

    private static void requireOneOf(String member, String value, List<String> accepted) {
        if (!accepted.contains(value)) {
            throw refusal("%s is not accepted: accepted are %s".formatted(member, String.join(", ", accepted)));
        }
    }

    private static OAuthException refusal(String description) {
        return new OAuthException(OAuthError.INVALID_CLIENT_METADATA, description);
    }
}
