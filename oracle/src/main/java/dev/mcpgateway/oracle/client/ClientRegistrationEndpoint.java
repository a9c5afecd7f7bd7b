package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.BearerToken;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.RegistrationSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.RegisteredClient;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /register}: registration of clients, open to everybody or to those with an initial access token. A client
 * that never gets a grant is forgotten soon.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-3">RFC 7591, section 3</a>
 */
public final class ClientRegistrationEndpoint implements HttpService {
    static final String PATH = "/register";

    /** What a registration token begins with, as in the reference stack. */
    static final String TOKEN_PREFIX = "reg-";

    static final int SECRET_BYTES = 32;

    private static final int ID_BYTES = 16;

    private final RegistrationSettings registration;
    private final ClientStore clients;
    private final URI issuer;
    private final Duration unusedLifetime;
    private final Forwarding forwarding;
    private final RateLimit limit;
    private final RateLimit cap;
    private final SecurityEvents events;
    private final SecureTokens random;
    private final Clock clock;

    /**
     * Registration as the settings want it.
     *
     * @param unusedLifetime how long a client is kept that gets no grant
     * @param limit by network
     * @param cap on all of them together, so that no flood fills the store
     */
    public ClientRegistrationEndpoint(
            RegistrationSettings registration,
            ClientStore clients,
            URI issuer,
            Duration unusedLifetime,
            Forwarding forwarding,
            RateLimit limit,
            RateLimit cap,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        this.registration = registration;
        this.clients = clients;
        this.issuer = issuer;
        this.unusedLifetime = unusedLifetime;
        this.forwarding = forwarding;
        this.limit = limit;
        this.cap = cap;
        this.events = events;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        if (registration.isOffered()) {
            rules.post(PATH, this::register);
        }
    }

    private void register(ServerRequest request, ServerResponse response) {
        requireInitialToken(request);
        limit.acquire(forwarding.network(request)).ifPresent(wait -> {
            throw OAuthException.tooMany("registrations from this network", wait);
        });
        ClientMetadata metadata = ClientMetadata.parse(Json.ofBody(request, OAuthError.INVALID_CLIENT_METADATA));
        cap.acquire("").ifPresent(wait -> {
            throw OAuthException.tooMany("registrations that nobody uses", wait);
        });
        Secret secret = metadata.needsSecret() ? Secret.of(random.random(SECRET_BYTES)) : null;
        Secret registrationToken = Secret.of(TOKEN_PREFIX + random.random(SECRET_BYTES));
        RegisteredClient client = remember(metadata, secret, registrationToken);
        events.note("client.registered", Map.of("client", client.id()));
        new ClientInformation(client, metadata.document(), secret, registrationToken)
                .send(response, Status.CREATED_201, issuer);
    }

    private void requireInitialToken(ServerRequest request) {
        Secret initialToken = registration.initialToken();
        if (initialToken != null
                && BearerToken.of(request).filter(initialToken::matches).isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_TOKEN,
                    "registering needs the initial access token of this gateway as a bearer token; its operator has it");
        }
    }

    private RegisteredClient remember(ClientMetadata metadata, @Nullable Secret secret, Secret registrationToken) {
        Instant now = clock.instant();
        RegisteredClient client = new RegisteredClient(
                "client_" + random.random(ID_BYTES),
                secret == null ? null : SecureTokens.hash(secret.reveal()),
                SecureTokens.hash(registrationToken.reveal()),
                metadata.document().toString(),
                now,
                now.plus(unusedLifetime));
        clients.create(client);
        return client;
    }
}
