package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.Sealer;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A sign-in for pages of ours, with no client behind it.
 *
 * @param destination the page that it leads to; one of {@link #DESTINATIONS}
 */
record OwnSignIn(String destination) {
    static final String ACCOUNT = "/account";
    static final Set<String> DESTINATIONS = Set.of("/", ACCOUNT);

    private static final String DESTINATION = "sign_in_for";

    OwnSignIn {
        if (!DESTINATIONS.contains(destination)) {
            throw new IllegalArgumentException("a sign-in leads to a page of ours");
        }
    }

    /** What a pending sign-in remembers. */
    String toJson() {
        return jakarta.json.Json.createObjectBuilder()
                .add(DESTINATION, destination)
                .build()
                .toString();
    }

    /** Reads what a pending sign-in remembers; empty if it is a client's. */
    static Optional<OwnSignIn> parse(String text) {
        JsonObject json = Json.parseObject(text, OAuthError.INVALID_REQUEST);
        return json.containsKey(DESTINATION)
                ? Optional.of(new OwnSignIn(json.getString(DESTINATION)))
                : Optional.empty();
    }

    /**
     * What the form carries, sealed.
     *
     * @param browserHash of the cookie of the browser that it is shown to
     * @param expiresAt exclusive
     */
    record Form(OwnSignIn signIn, String browserHash, Instant expiresAt) {
        String seal(Sealer sealer) {
            String json = jakarta.json.Json.createObjectBuilder()
                    .add(DESTINATION, signIn.destination())
                    .add("browser", browserHash)
                    .add("expires", expiresAt.toEpochMilli())
                    .build()
                    .toString();
            return sealer.seal(json.getBytes(StandardCharsets.UTF_8));
        }

        /** Empty for whatever {@link #seal} did not make. */
        static Optional<Form> open(String sealed, Sealer sealer) {
            return sealer.open(sealed)
                    .map(bytes ->
                            Json.parseObject(new String(bytes, StandardCharsets.UTF_8), OAuthError.INVALID_REQUEST))
                    .map(json -> new Form(
                            new OwnSignIn(json.getString(DESTINATION)),
                            json.getString("browser"),
                            Instant.ofEpochMilli(json.getJsonNumber("expires").longValueExact())));
        }
    }
}
