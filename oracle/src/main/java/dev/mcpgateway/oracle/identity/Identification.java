package dev.mcpgateway.oracle.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider says about somebody.
 *
 * @param proof what the provider is asked with again, to be kept sealed; null if it is not to be asked again
 * @param obstacles why some memberships could not be learnt and what to do about it, each a sentence for the person
 */
public record Identification(Profile profile, @Nullable String proof, List<String> obstacles) {
    public Identification {
        obstacles = List.copyOf(obstacles);
    }

    /** Somebody of whom nothing more is to be learnt. */
    public static Identification of(User user) {
        return new Identification(Profile.of(user), null, List.of());
    }

    /** Without its proof, which is nobody's business. */
    @Override
    public String toString() {
        return "Identification[profile=%s, obstacles=%s]".formatted(profile, obstacles);
    }
}
