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
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself. Members that are not known here are ignored, as the specification asks.
 *
 * @param redirectUris at least one, if it uses authorization codes
 * @param clientName null if it has none
 * @param authenticationMethod {@code none}, {@code client_secret_basic}, {@code client_secret_post} or
 *     {@code private_key_jwt}
 * @param grantTypes what it may ask the token endpoint for
 * @param keys public ones; none unless it authenticates with one
 * @param document all of it, as it is stored and echoed
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591, section 2</a>
 */
public record ClientMetadata(
        List<RedirectUri> redirectUris,
        @Nullable String clientName,
        String authenticationMethod,
        List<String> grantTypes,
        List<JsonWebKey> keys,
        JsonObject document) {
    /** The method of clients that cannot keep a secret. */
    public static final String NO_AUTHENTICATION = "none";

    /** The method of clients that have a key of their own. */
    public static final String PRIVATE_KEY = "private_key_jwt";

    /** The grant type of RFC 8628. */
    public static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

    public static final String CLIENT_CREDENTIALS = "client_credentials";

    private static final String METHOD = "token_endpoint_auth_method";
    private static final String AUTHORIZATION_CODE = "authorization_code";
    private static final String REFRESH_TOKEN = "refresh_token";
    private static final int MAX_REDIRECT_URIS = 10;
    private static final int MAX_NAME = 200;
    private static final int MAX_TEXT = 2048;
    private static final int MAX_ITEMS = 10;
    private static final List<String> AUTHENTICATION_METHODS =
            List.of(NO_AUTHENTICATION, "client_secret_basic", "client_secret_post", PRIVATE_KEY);

    /** What a client that nobody knows may ask for; the first of them begin a connection. */
    private static final List<String> OPEN_GRANT_TYPES = List.of(AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN);

    private static final List<String> DEFAULT_GRANT_TYPES = List.of(AUTHORIZATION_CODE, REFRESH_TOKEN);
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
        grantTypes = List.copyOf(grantTypes);
        keys = List.copyOf(keys);
    }

    /**
     * Reads and checks the metadata of a client that anybody could have made up; what is left out is filled in.
     *
     * @throws OAuthException {@code invalid_redirect_uri} or {@code invalid_client_metadata}, naming the member
     */
    public static ClientMetadata parse(JsonObject sent) {
        return parse(sent, OPEN_GRANT_TYPES);
    }

    /** As {@link #parse}, for a client of the operator, which may also act for itself. */
    static ClientMetadata parseConfigured(JsonObject written) {
        return parse(
                written,
                Stream.concat(Stream.of(CLIENT_CREDENTIALS), OPEN_GRANT_TYPES.stream())
                        .toList());
    }

    /**
     * As {@link #parse}, of a document that a client has published: it shares no secret with us, so where it names no
     * way to authenticate there is none.
     */
    static ClientMetadata parsePublished(JsonObject document) {
        JsonObject complete = document.containsKey(METHOD)
                ? document
                : Json.createObjectBuilder(document)
                        .add(METHOD, NO_AUTHENTICATION)
                        .build();
        ClientMetadata metadata = parse(complete, OPEN_GRANT_TYPES);
        if (metadata.needsSecret()) {
            throw refusal(METHOD + " must be none or private_key_jwt");
        }
        return metadata;
    }

    private static ClientMetadata parse(JsonObject sent, List<String> possibleGrantTypes) {
        List<String> grantTypes = grantTypes(sent, possibleGrantTypes);
        boolean usesCodes = grantTypes.contains(AUTHORIZATION_CODE);
        List<RedirectUri> redirectUris =
                usesCodes || !isEmpty(sent.get("redirect_uris")) ? redirectUris(sent) : List.of();
        requireCode(sent, usesCodes);
        String method = text(sent, METHOD, MAX_TEXT).orElse("client_secret_basic");
        requireOneOf(METHOD, method, AUTHENTICATION_METHODS);
        String name = text(sent, "client_name", MAX_NAME).orElse(null);

        JsonObjectBuilder document = Json.createObjectBuilder()
                .add(
                        "redirect_uris",
                        Json.createArrayBuilder(
                                redirectUris.stream().map(RedirectUri::toString).toList()))
                .add(METHOD, method)
                .add("grant_types", Json.createArrayBuilder(grantTypes))
                .add("response_types", Json.createArrayBuilder(usesCodes ? List.of("code") : List.of()));
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
        List<JsonWebKey> keys = List.of();
        if (method.equals(PRIVATE_KEY)) {
            keys = keys(sent);
            document.add("jwks", sent.getJsonObject("jwks"));
        }
        return new ClientMetadata(redirectUris, name, method, grantTypes, keys, document.build());
    }

    /** Whether the client authenticates by a secret that we give it. */
    boolean needsSecret() {
        return !authenticationMethod.equals(NO_AUTHENTICATION) && !authenticationMethod.equals(PRIVATE_KEY);
    }

    /** The registered redirect URI that admits this one. */
    public Optional<RedirectUri> redirectUri(String requested) {
        return redirectUris.stream()
                .filter(registered -> registered.admits(requested))
                .findFirst()
                .map(_ -> RedirectUri.parse(requested));
    }

    private static boolean isEmpty(@Nullable JsonValue list) {
        return list == null || list.equals(JsonValue.NULL) || list.equals(JsonValue.EMPTY_JSON_ARRAY);
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

    /** What we support of what it names; codes and refresh tokens if it names nothing. */
    private static List<String> grantTypes(JsonObject sent, List<String> possible) {
        List<String> asked = texts(sent, "grant_types");
        List<String> granted = possible.stream().filter(asked::contains).toList();
        if (asked.isEmpty()) {
            return DEFAULT_GRANT_TYPES;
        }
        if (granted.stream().allMatch(REFRESH_TOKEN::equals)) {
            throw refusal("grant_types must contain authorization_code or " + DEVICE_CODE);
        }
        // In the order that clients know them in.
        return granted.contains(AUTHORIZATION_CODE)
                ? Stream.concat(
                                DEFAULT_GRANT_TYPES.stream().filter(granted::contains),
                                granted.stream().filter(type -> !DEFAULT_GRANT_TYPES.contains(type)))
                        .toList()
                : granted;
    }

    private static void requireCode(JsonObject sent, boolean usesCodes) {
        List<String> asked = texts(sent, "response_types");
        if (usesCodes && !asked.isEmpty() && !asked.contains("code")) {
            throw refusal("response_types must contain code");
        }
    }

    private static List<JsonWebKey> keys(JsonObject sent) {
        if (!(sent.get("jwks") instanceof JsonObject jwks)) {
            throw refusal("private_key_jwt needs the client's public keys in jwks; jwks_uri is not fetched");
        }
        return ClientKeys.parse(jwks);
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
