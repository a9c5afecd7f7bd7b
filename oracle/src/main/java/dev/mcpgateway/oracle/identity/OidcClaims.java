package dev.mcpgateway.oracle.identity;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a profile of claims. Sources come one after the other, the most recent first, and the first that has a claim
 * counts; an address and whether it is verified are taken from the same source.
 */
final class OidcClaims {
    private static final Pattern SUB = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern EMAIL = Pattern.compile("[\\x21-\\x3f\\x41-\\x7e]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cf}]{1,100}");
    private static final int MAX_GROUPS = 1_000;
    private static final int MAX_GROUP_LENGTH = 256;

    private final OidcSettings settings;
    private final List<JsonObject> sources;

    OidcClaims(OidcSettings settings, List<JsonObject> sources) {
        this.settings = settings;
        this.sources = List.copyOf(sources);
    }

    /** Empty if the subject is not one that can be an id. */
    static Optional<String> subject(JsonObject claims) {
        return Optional.of(claims.getString("sub", "")).filter(SUB.asMatchPredicate());
    }

    Profile profile(String subject) {
        Set<String> facts = new HashSet<>();
        String name = settings.name();
        verifiedEmail().map(AsciiCase::lower).ifPresent(address -> {
            facts.add("oidc-email:" + name + ":" + address);
            facts.add("oidc-domain:" + name + ":" + address.substring(address.indexOf('@') + 1));
        });
        groups().forEach(group -> facts.add("oidc-group:" + name + ":" + group));
        return new Profile(new User("oidc:" + name + ":" + subject, displayName(subject)), facts);
    }

    private Optional<String> verifiedEmail() {
        return sources.stream()
                .filter(source -> source.containsKey("email"))
                .findFirst()
                .filter(OidcClaims::isVerified)
                .map(source -> source.getString("email", ""))
                .filter(EMAIL.asMatchPredicate());
    }

    /** Some providers write the flag as a text. */
    private static boolean isVerified(JsonObject source) {
        JsonValue verified = source.get("email_verified");
        return JsonValue.TRUE.equals(verified)
                || (verified instanceof JsonString text && text.getString().equals("true"));
    }

    private Stream<String> groups() {
        JsonValue claim = sources.stream()
                .filter(source -> source.containsKey(settings.groupsClaim()))
                .findFirst()
                .map(source -> source.get(settings.groupsClaim()))
                .orElse(JsonValue.NULL);
        Stream<JsonValue> values = switch (claim) {
            case JsonArray array -> array.stream();
            case JsonString one -> Stream.of(one);
            default -> Stream.empty();
        };
        return values.filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .filter(group -> !group.isEmpty() && group.length() <= MAX_GROUP_LENGTH)
                .limit(MAX_GROUPS);
    }

    private String displayName(String subject) {
        return Stream.of("preferred_username", "email", "name")
                .flatMap(claim -> sources.stream().map(source -> source.getString(claim, "")))
                .map(String::strip)
                .filter(NAME.asMatchPredicate())
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse(subject.length() > 100 ? subject.substring(0, 100) : subject);
    }
}
