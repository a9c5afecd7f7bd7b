package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.settings.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an identity provider gets to know when the oracle starts.
 *
 * @param settings also where it reports what is wrong with its own
 * @param listenAddresses every address the process listens on, management and router of the same process included
 * @param facts what rules want to know of people at the moment; changes with the rules
 * @param secrets for sealing what leaves the process and comes back, under a label of the provider's own
 */
public record SignInEnvironment(
        Settings settings,
        URI issuer,
        String baseDomain,
        List<String> listenAddresses,
        Supplier<Set<String>> facts,
        GatewaySecrets secrets,
        Clock clock) {
    public SignInEnvironment {
        listenAddresses = List.copyOf(listenAddresses);
    }
}
