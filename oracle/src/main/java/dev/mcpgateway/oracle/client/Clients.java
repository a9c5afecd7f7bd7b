package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.client.Client.Origin;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.ConfiguredClient;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.ClientStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every client there is, wherever it is known from. Thread-safe. */
public final class Clients {
    private final Map<String, Client> configured;
    private final ClientStore registered;
    private final boolean rotateStrictly;

    /**
     * Every client that is known from somewhere.
     *
     * @param configured those of the operator, which come before all others
     * @param rotateStrictly whether refresh tokens of the others that were used are never forgiven
     */
    public Clients(
            List<ConfiguredClient> configured, ClientStore registered, boolean rotateStrictly, Problems problems) {
        this.configured = parse(configured, problems);
        this.registered = registered;
        this.rotateStrictly = rotateStrictly;
    }

    private static Map<String, Client> parse(List<ConfiguredClient> written, Problems problems) {
        Map<String, Client> clients = new HashMap<>();
        for (ConfiguredClient client : written) {
            try {
                Secret secret = client.secret();
                clients.put(
                        client.id(),
                        new Client(
                                client.id(),
                                ClientMetadata.parseConfigured(
                                        Json.parseObject(client.metadata(), OAuthError.INVALID_CLIENT_METADATA)),
                                secret == null ? null : SecureTokens.hash(secret.reveal()),
                                Origin.CONFIGURED,
                                client.rotatesStrictly()));
            } catch (OAuthException e) {
                problems.add("clients.%s in gateway.yaml: %s".formatted(client.id(), e.description()));
            }
        }
        return Map.copyOf(clients);
    }

    /** The client of this id, as it is known now. */
    public Optional<Client> find(String id) {
        Client known = configured.get(id);
        return known == null
                ? registered.find(id).map(client -> Client.of(client, rotateStrictly))
                : Optional.of(known);
    }
}
