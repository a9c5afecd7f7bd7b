package dev.mcpgateway.oracle.client;

import dev.mcpgateway.storage.ClientStore;
import java.util.Optional;

/** Every client there is, wherever it is known from. Thread-safe. */
public final class Clients {
    private final ClientStore registered;

    public Clients(ClientStore registered) {
        this.registered = registered;
    }

    /** The client of this id, as it is known now. */
    public Optional<Client> find(String id) {
        return registered.find(id).map(Client::of);
    }
}
