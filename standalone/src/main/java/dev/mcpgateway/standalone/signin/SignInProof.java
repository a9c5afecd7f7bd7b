package dev.mcpgateway.standalone.signin;

import dev.mcpgateway.oracle.protocol.Sealer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What the sign-in page sends through the browser to the callback, sealed: this state signed in as this user.
 *
 * @param expiresAt exclusive
 */
record SignInProof(String state, String userName, Instant expiresAt) {
    private static final String SEPARATOR = "\n";

    String seal(Sealer sealer) {
        String text = String.join(SEPARATOR, state, userName, Long.toString(expiresAt.toEpochMilli()));
        return sealer.seal(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for whatever {@link #seal} did not make. */
    static Optional<SignInProof> open(String sealed, Sealer sealer) {
        return sealer.open(sealed).map(bytes -> {
            String[] parts = new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, 3);
            return new SignInProof(parts[0], parts[1], Instant.ofEpochMilli(Long.parseLong(parts[2])));
        });
    }

    boolean proves(String presentedState, Instant now) {
        return state.equals(presentedState) && now.isBefore(expiresAt);
    }
}
