package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.Profile;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.Sealer;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a provider said about a user last, as it is kept: sealed, because of the proof.
 *
 * @param provider its id
 * @param proof what it is asked with
 * @param answeredAt when it said so
 * @param keepUntil a grant may yet come of the sign-in until then
 */
record KnownUser(Profile profile, String provider, String proof, Instant answeredAt, Instant keepUntil) {
    /** With a newer answer. */
    KnownUser with(Identification answer, String newProof, Instant now) {
        return new KnownUser(answer.profile(), provider, newProof, now, keepUntil);
    }

    /** Always another text, also for the same user. */
    String seal(Sealer sealer) {
        JsonObject json = Json.createObjectBuilder()
                .add("id", profile.user().id())
                .add("name", profile.user().name())
                .add("facts", Json.createArrayBuilder(profile.facts()))
                .add("provider", provider)
                .add("proof", proof)
                .add("answered_at", answeredAt.toEpochMilli())
                .add("keep_until", keepUntil.toEpochMilli())
                .build();
        return sealer.seal(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for what {@link #seal} did not make for this user with this key. */
    static Optional<KnownUser> open(String userId, String sealed, Sealer sealer) {
        return sealer.open(sealed)
                .flatMap(KnownUser::parse)
                .filter(known -> known.profile().user().id().equals(userId));
    }

    private static Optional<KnownUser> parse(byte[] text) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(text))) {
            JsonObject json = reader.readObject();
            Set<String> facts = json.getJsonArray("facts").getValuesAs(JsonString.class).stream()
                    .map(JsonString::getString)
                    .collect(Collectors.toUnmodifiableSet());
            return Optional.of(new KnownUser(
                    new Profile(new User(json.getString("id"), json.getString("name")), facts),
                    json.getString("provider"),
                    json.getString("proof"),
                    Instant.ofEpochMilli(json.getJsonNumber("answered_at").longValueExact()),
                    Instant.ofEpochMilli(json.getJsonNumber("keep_until").longValueExact())));
        } catch (JsonException | NullPointerException | ClassCastException _) { // of another version, so of no use here
            return Optional.empty();
        }
    }

    /** Without the proof. */
    @Override
    public String toString() {
        return "KnownUser[profile=%s, provider=%s, answeredAt=%s]".formatted(profile, provider, answeredAt);
    }
}
