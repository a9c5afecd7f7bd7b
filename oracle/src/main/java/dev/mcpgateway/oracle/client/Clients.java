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
import dev.mcpgateway.storage.RegisteredClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every client there is, wherever it is known from. Thread-safe. */
public final class Clients {
    private final Map<String, Client> configured;
    private final ClientStore registered;
    private final @Nullable ClientMetadataDocuments documents;
    private final boolean rotateStrictly;

    /**
     * Every client that is known from somewhere.
     *
     * @param configured those of the operator, which come before all others
     * @param documents null where clients cannot publish who they are
     * @param rotateStrictly whether refresh tokens of the others that were used are never forgiven
     */
    public Clients(
            List<ConfiguredClient> configured,
            ClientStore registered,
            @Nullable ClientMetadataDocuments documents,
            boolean rotateStrictly,
            Problems problems) {
        this.configured = parse(configured, problems);
        this.registered = registered;
        this.documents = documents;
        this.rotateStrictly = rotateStrictly;
    }

    /** Reports the configured clients whose metadata is no good. */
    public static void check(List<ConfiguredClient> configured, Problems problems) {
        parse(configured, problems);
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

    /**
     * What people know the client as, without asking anybody but the store: what it calls itself, or where its document
     * is. The id if it is known no more.
     */
    public String nameOf(String id) {
        Client known = configured.get(id);
        if (known != null) {
            return known.name();
        }
        return ClientMetadataDocuments.isAddress(id)
                ? id.substring(id.indexOf("//") + 2)
                : registered.find(id).map(this::nameOf).orElse(id);
    }

    /** As {@link #nameOf(String)}, of one that the store has just told of. */
    public String nameOf(RegisteredClient client) {
        return Client.of(client, rotateStrictly).name();
    }

    /**
     * The client of this id, as it is known now.
     *
     * @throws OAuthException if the id is the address of a document that is no good, or cannot be fetched now
     */
    public Optional<Client> find(String id) {
        Client known = configured.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (documents != null && ClientMetadataDocuments.isAddress(id)) {
            return Optional.of(documents.find(id));
        }
        return registered.find(id).map(client -> Client.of(client, rotateStrictly));
    }
}
