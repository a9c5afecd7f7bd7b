package dev.mcpgateway.oracle.protocol;

import dev.mcpgateway.settings.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * GATEWAY_JWT_SECRET, and while it is being changed the one that takes over or the one that was before.
 *
 * @param current protects everything from now on
 * @param next what other oracles protect with it already is understood here; null if no change was announced
 * @param previous what was protected with it still counts, and stored keys are sealed anew; null if there is none
 */
public record GatewaySecrets(
        Secret current, @Nullable Secret next, @Nullable Secret previous) {
    /** One that is not being changed. */
    public static GatewaySecrets of(Secret secret) {
        return new GatewaySecrets(secret, null, null);
    }

    /** Everyone that counts, the current one first. */
    public List<Secret> all() {
        return Stream.of(Optional.of(current), Optional.<Secret>ofNullable(next), Optional.<Secret>ofNullable(previous))
                .flatMap(Optional::stream)
                .toList();
    }
}
