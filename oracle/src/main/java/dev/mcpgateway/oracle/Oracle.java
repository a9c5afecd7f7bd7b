package dev.mcpgateway.oracle;

import dev.mcpgateway.oracle.admin.AdminEndpoint;
import dev.mcpgateway.oracle.admin.AdminGuard;
import dev.mcpgateway.oracle.admin.HealthEndpoint;
import dev.mcpgateway.oracle.admin.KeysEndpoint;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.authorization.AuthorizationEndpoint;
import dev.mcpgateway.oracle.authorization.CallbackEndpoint;
import dev.mcpgateway.oracle.authorization.ConsentEndpoint;
import dev.mcpgateway.oracle.authorization.PushedAuthorizationRequestEndpoint;
import dev.mcpgateway.oracle.authorization.PushedRequests;
import dev.mcpgateway.oracle.backup.BackupEndpoint;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.client.ClientConfigurationEndpoint;
import dev.mcpgateway.oracle.client.ClientRegistrationEndpoint;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInEnvironment;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.GivenKey;
import dev.mcpgateway.oracle.jwt.IdentityAssertions;
import dev.mcpgateway.oracle.jwt.SigningAlgorithm;
import dev.mcpgateway.oracle.jwt.SigningKeys;
import dev.mcpgateway.oracle.key.KeyRing.Schedule;
import dev.mcpgateway.oracle.key.KeyRotation;
import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.metadata.AuthorizationServerMetadataEndpoint;
import dev.mcpgateway.oracle.metadata.JwksEndpoint;
import dev.mcpgateway.oracle.metadata.ProtectedResourceMetadataEndpoint;
import dev.mcpgateway.oracle.protocol.ErrorAnswers;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.KeySettings;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.settings.Listener;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.token.Admission;
import dev.mcpgateway.oracle.token.AuthorizationCodeGrant;
import dev.mcpgateway.oracle.token.RefreshTokenGrant;
import dev.mcpgateway.oracle.token.RefreshTokens;
import dev.mcpgateway.oracle.token.RevocationEndpoint;
import dev.mcpgateway.oracle.token.TokenEndpoint;
import dev.mcpgateway.oracle.token.TokenGrants;
import dev.mcpgateway.oracle.verify.RevocationFeed;
import dev.mcpgateway.oracle.verify.RevocationsEndpoint;
import dev.mcpgateway.oracle.verify.VerifyEndpoint;
import dev.mcpgateway.oracle.web.HomePage;
import dev.mcpgateway.oracle.web.ServiceEntry;
import dev.mcpgateway.oracle.web.Stylesheet;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.SettingsException;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The running authorization server: its endpoints on one listener, health and management on another. */
public final class Oracle implements AutoCloseable {
    private static final String MANAGEMENT = "management";
    private static final int MAX_PROLOGUE_BYTES = 16_384;
    private static final int MAX_HEADER_BYTES = 32_768;
    private static final int MAX_BODY_BYTES = 131_072;

    /** A record takes less than a kilobyte. */
    private static final long MAX_BACKUP_BYTES = 4L * 1024 * 1024 * 1024;

    /** The longest that an access token can be set to live, so that a shorter setting ends no token early. */
    private static final Duration LONGEST_TOKEN = Duration.ofDays(1);

    private static final int RECEIVE_BUFFER_BYTES = 65_536;

    private final WebServer server;
    private final KeyRotation rotation;
    private final RevocationFeed feed;
    private final Store.Subscription revocations;

    private Oracle(WebServer server, KeyRotation rotation, RevocationFeed feed, Store.Subscription revocations) {
        this.server = server;
        this.rotation = rotation;
        this.feed = feed;
        this.revocations = revocations;
        if (server.port() < 0 || server.port(MANAGEMENT) < 0) {
            close();
            throw new StartException("an address was taken while the oracle was starting; try again", null);
        }
    }

    /**
     * Starts on the listeners that the settings name.
     *
     * @param store stays open when this is closed
     * @param providers not started yet; at least one
     * @param clock decides what has expired; the store has the same
     * @throws SettingsException if a provider refuses to run with these settings, or there is none
     * @throws StartException if an address cannot be listened on, or the store's keys were sealed under another secret
     * @throws StoreException if the store does not answer
     */
    public static Oracle start(OracleSettings settings, Store store, List<IdentityProvider> providers, Clock clock) {
        startProviders(settings, providers, clock);
        requireFree(settings.listener(), "ORACLE");
        requireFree(settings.management(), "ORACLE_MANAGEMENT");
        try {
            Tokens tokens = Tokens.open(settings, store, clock);
            RevocationFeed feed = new RevocationFeed(settings.jwtSecret());
            tokens.signingKeys().rings().forEach(ring -> ring.onChange(feed::flush));
            WebServer server = WebServer.builder()
                    .shutdownHook(false)
                    .update(builder -> listen(builder, settings.listener()))
                    .routing(publicRouting(settings, store, providers, tokens, feed, clock))
                    .putSocket(
                            MANAGEMENT,
                            builder -> listen(builder, settings.management())
                                    .maxPayloadSize(MAX_BACKUP_BYTES)
                                    .routing(managementRouting(settings, store, tokens, clock)))
                    .build();
            server.start();
            return new Oracle(server, tokens.startRotation(), feed, store.watchRevocations(feed));
        } catch (KeysLockedException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The port that the endpoints are on. */
    public int port() {
        return server.port();
    }

    /** The port that health and management are on. */
    public int managementPort() {
        return server.port(MANAGEMENT);
    }

    @Override
    public void close() {
        rotation.close();
        revocations.close();
        feed.close();
        server.stop();
    }

    /** What makes and reads tokens, for both listeners. */
    private record Tokens(
            SigningKeys signingKeys, RefreshTokens refreshTokens, AccessTokens accessTokens, SecureTokens random) {
        static Tokens open(OracleSettings settings, Store store, Clock clock) {
            SecureTokens random = new SecureTokens();
            Lifetimes lifetimes = settings.lifetimes();
            KeySettings keys = settings.keys();
            SealedKeys sealed = new SealedKeys(store.keys(), Sealer.of(settings.jwtSecret(), "signing-keys"), clock);
            Duration longestToken = LONGEST_TOKEN.plus(lifetimes.clockSkew());
            SigningKeys signingKeys = SigningKeys.open(
                    sealed,
                    SigningAlgorithm.valueOf(keys.algorithm()),
                    keys.given() == null ? null : GivenKey.parse(keys.given().reveal()),
                    new Schedule(keys.publishAhead(), keys.rotationInterval(), longestToken),
                    clock);
            // A family of refresh tokens belongs to one key for as long as it lives.
            RefreshTokens refreshTokens = RefreshTokens.open(
                    sealed,
                    new Schedule(keys.publishAhead(), keys.rotationInterval(), lifetimes.grant()),
                    random,
                    clock);
            AccessTokens accessTokens = new AccessTokens(
                    signingKeys,
                    settings.issuer().toString(),
                    lifetimes.accessToken(),
                    lifetimes.clockSkew(),
                    random,
                    clock);
            return new Tokens(signingKeys, refreshTokens, accessTokens, random);
        }

        TokenGrants grants() {
            return new TokenGrants(accessTokens, refreshTokens);
        }

        KeyRotation startRotation() {
            return KeyRotation.start(Stream.concat(signingKeys.rings().stream(), Stream.of(refreshTokens.ring()))
                    .toList());
        }
    }

    private static void startProviders(OracleSettings settings, List<IdentityProvider> providers, Clock clock) {
        if (providers.isEmpty()) {
            settings.source()
                    .problems()
                    .add(
                            ("nobody could sign in: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to those of an OAuth app,"
                                            + " made at %s/settings/developers with the callback URL %s/callback")
                                    .formatted(settings.source().get(KnownSettings.GITHUB_URL), settings.issuer()));
        }
        SignInEnvironment environment = new SignInEnvironment(
                settings.source(),
                settings.issuer(),
                settings.baseDomain(),
                List.of(settings.listener().address(), settings.management().address()),
                settings.jwtSecret(),
                clock);
        providers.forEach(provider -> provider.start(environment));
        settings.source().problems().throwIfAny();
    }

    private static HttpRouting.Builder publicRouting(
            OracleSettings settings,
            Store store,
            List<IdentityProvider> providers,
            Tokens tokens,
            RevocationFeed feed,
            Clock clock) {
        Lifetimes lifetimes = settings.lifetimes();
        SecureTokens random = tokens.random();
        RefreshTokens refreshTokens = tokens.refreshTokens();
        AccessTokens accessTokens = tokens.accessTokens();
        SecurityEvents events = new SecurityEvents(store.audit(), clock);
        Forwarding forwarding = new Forwarding(settings.verifySecret());
        Admission admission = new Admission(settings.services());
        Clients clients = new Clients(store.clients());
        ClientAuthentication authentication = new ClientAuthentication(clients);
        PushedRequests pushed = new PushedRequests(Sealer.of(settings.jwtSecret(), "pushed-request"), clock);
        IdentityProvider provider = providers.getFirst();
        Sealer consentSealer = Sealer.of(settings.jwtSecret(), "consent");
        List<ServiceEntry> services = settings.services().all().stream()
                .map(service -> new ServiceEntry(service.name(), service.resource()))
                .toList();

        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing);
        providers.forEach(each -> each.routing(routing));
        HealthEndpoint health = new HealthEndpoint(store);
        return routing.get("/health", (_, response) -> health.health(response))
                .register(new AuthorizationServerMetadataEndpoint(settings, forwarding))
                .register(new ProtectedResourceMetadataEndpoint(settings, forwarding))
                .register(new JwksEndpoint(tokens.signingKeys()))
                .register(new HomePage(services), new Stylesheet())
                .register(
                        new ClientRegistrationEndpoint(
                                settings.registration(),
                                store.clients(),
                                settings.issuer(),
                                lifetimes.unusedClient(),
                                events,
                                random,
                                clock),
                        new ClientConfigurationEndpoint(store, settings.issuer(), events, random, clock))
                .register(new AuthorizationEndpoint(
                        settings, clients, pushed, forwarding, provider, consentSealer, random, clock))
                .register(new PushedAuthorizationRequestEndpoint(authentication, settings.services(), pushed))
                .register(new ConsentEndpoint(settings, store.logins(), provider, consentSealer, random, clock))
                .register(new CallbackEndpoint(settings, store, clients, providers, events, random, clock))
                .register(new TokenEndpoint(
                        authentication,
                        new AuthorizationCodeGrant(
                                store, admission, accessTokens, refreshTokens, lifetimes, events, clock),
                        new RefreshTokenGrant(
                                store.tokens(), admission, accessTokens, refreshTokens, lifetimes, events, clock)))
                .register(new RevocationEndpoint(authentication, store.tokens(), tokens.grants(), events))
                .register(
                        new VerifyEndpoint(
                                forwarding,
                                settings.services(),
                                accessTokens,
                                store.tokens(),
                                admission,
                                new IdentityAssertions(
                                        tokens.signingKeys(), settings.issuer().toString(), random, clock),
                                feed,
                                events),
                        new RevocationsEndpoint(forwarding, feed));
    }

    private static HttpRouting.Builder managementRouting(
            OracleSettings settings, Store store, Tokens tokens, Clock clock) {
        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing);
        SecurityEvents events = new SecurityEvents(store.audit(), clock);
        HealthEndpoint health = new HealthEndpoint(store);
        return routing.addFilter(new AdminGuard(settings.adminTokenFile()))
                .get("/health/live", (_, response) -> health.live(response))
                .get("/health/ready", (_, response) -> health.health(response))
                .register(new AdminEndpoint(settings, store, tokens.grants(), events, clock))
                .register(new KeysEndpoint(tokens.signingKeys(), events))
                .register(new BackupEndpoint(store.archive(), settings.issuer().toString(), events, clock));
    }

    private static <B extends ListenerConfig.BuilderBase<B, ?>> B listen(B builder, Listener listener) {
        return builder.host(listener.address())
                .port(listener.port())
                .maxPayloadSize(MAX_BODY_BYTES)
                .connectionOptions(options -> options.tcpNoDelay(true).socketReceiveBufferSize(RECEIVE_BUFFER_BYTES))
                .addProtocol(Http1Config.builder()
                        // It refuses ':' and '/' in a query, which RFC 3986 allows and clients send; Parameters is
                        // strict where it matters.
                        .validatePrologue(false)
                        .maxPrologueLength(MAX_PROLOGUE_BYTES)
                        .maxHeadersSize(MAX_HEADER_BYTES)
                        .build());
    }

    /** The web server would not say that it could not bind, nor to which of its addresses. */
    private static void requireFree(Listener listener, String settings) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(listener.address(), listener.port()));
        } catch (IOException e) {
            throw new StartException(
                    "cannot listen on %s port %d (%s); %s_ADDRESS and %s_PORT choose another"
                            .formatted(listener.address(), listener.port(), e.getMessage(), settings, settings),
                    e);
        }
    }
}
