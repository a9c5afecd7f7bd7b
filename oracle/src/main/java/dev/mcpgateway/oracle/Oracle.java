package dev.mcpgateway.oracle;

import dev.mcpgateway.oracle.admin.AdminEndpoint;
import dev.mcpgateway.oracle.admin.AdminGuard;
import dev.mcpgateway.oracle.admin.HealthEndpoint;
import dev.mcpgateway.oracle.admin.KeysEndpoint;
import dev.mcpgateway.oracle.admin.TokenExplanationEndpoint;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.authorization.AuthorizationEndpoint;
import dev.mcpgateway.oracle.authorization.CallbackEndpoint;
import dev.mcpgateway.oracle.authorization.ConsentEndpoint;
import dev.mcpgateway.oracle.authorization.ConsentForms;
import dev.mcpgateway.oracle.authorization.DeviceAuthorizationEndpoint;
import dev.mcpgateway.oracle.authorization.DeviceEndpoint;
import dev.mcpgateway.oracle.authorization.PushedAuthorizationRequestEndpoint;
import dev.mcpgateway.oracle.authorization.PushedRequests;
import dev.mcpgateway.oracle.backup.BackupEndpoint;
import dev.mcpgateway.oracle.client.ClientAssertions;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.client.ClientConfigurationEndpoint;
import dev.mcpgateway.oracle.client.ClientMetadataDocuments;
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
import dev.mcpgateway.oracle.key.KeyRing.State;
import dev.mcpgateway.oracle.key.KeyRotation;
import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.limit.NetworkLimit;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.limit.SharedCap;
import dev.mcpgateway.oracle.metadata.AuthorizationServerMetadataEndpoint;
import dev.mcpgateway.oracle.metadata.JwksEndpoint;
import dev.mcpgateway.oracle.metadata.ProtectedResourceMetadataEndpoint;
import dev.mcpgateway.oracle.observe.Metrics;
import dev.mcpgateway.oracle.observe.VerifyTime;
import dev.mcpgateway.oracle.protocol.ErrorAnswers;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.KeySettings;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.settings.Limits;
import dev.mcpgateway.oracle.settings.Listener;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.RegistrationSettings;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.oracle.token.Admission;
import dev.mcpgateway.oracle.token.AuthorizationCodeGrant;
import dev.mcpgateway.oracle.token.ClientCredentialsGrant;
import dev.mcpgateway.oracle.token.CodeRedemption;
import dev.mcpgateway.oracle.token.DeviceCodeGrant;
import dev.mcpgateway.oracle.token.IntrospectionEndpoint;
import dev.mcpgateway.oracle.token.RefreshTokenGrant;
import dev.mcpgateway.oracle.token.RefreshTokens;
import dev.mcpgateway.oracle.token.RevocationEndpoint;
import dev.mcpgateway.oracle.token.TokenEndpoint;
import dev.mcpgateway.oracle.token.TokenGrants;
import dev.mcpgateway.oracle.verify.RevocationFeed;
import dev.mcpgateway.oracle.verify.RevocationsEndpoint;
import dev.mcpgateway.oracle.verify.VerifyEndpoint;
import dev.mcpgateway.oracle.web.HomeEndpoint;
import dev.mcpgateway.oracle.web.ServiceEntry;
import dev.mcpgateway.oracle.web.Stylesheet;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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

    /** Reports what of the settings is no good although it could be read: clients that could not be served. */
    public static void check(OracleSettings settings) {
        Clients.check(settings.clients(), settings.source().problems());
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
        Problems problems = settings.source().problems();
        RegistrationSettings registration = settings.registration();
        ClientMetadataDocuments documents = registration.takesDocuments()
                ? new ClientMetadataDocuments(registration.documentHosts(), settings.rotateStrictly(), clock)
                : null;
        Clients clients =
                new Clients(settings.clients(), store.clients(), documents, settings.rotateStrictly(), problems);
        startProviders(settings, providers, clock);
        requireFree(settings.listener(), "ORACLE");
        requireFree(settings.management(), "ORACLE_MANAGEMENT");
        try {
            Tokens tokens = Tokens.open(settings, store, clock);
            RevocationFeed feed = new RevocationFeed(settings.jwtSecrets());
            tokens.signingKeys().rings().forEach(ring -> ring.onChange(feed::flush));
            Metrics metrics = new Metrics()
                    .gauge(
                            "gateway_oracle_signing_keys",
                            "Keys that sign tokens, by what they are for",
                            "state",
                            tokens::keysByState);
            WebServer server = WebServer.builder()
                    .shutdownHook(false)
                    .update(builder -> listen(builder, settings.listener()))
                    .routing(publicRouting(settings, store, providers, tokens, clients, feed, metrics, clock))
                    .putSocket(
                            MANAGEMENT,
                            builder -> listen(builder, settings.management())
                                    .maxPayloadSize(MAX_BACKUP_BYTES)
                                    .routing(managementRouting(settings, store, tokens, metrics, clock)))
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

    /** Tells routers that whatever they keep counts no more. */
    void flush() {
        feed.flush();
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
            SealedKeys sealed = new SealedKeys(store.keys(), settings.jwtSecrets(), clock);
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

        /** Every state, with 0 for those that no key is in. */
        Map<String, Double> keysByState() {
            Map<String, Double> counts = new TreeMap<>();
            for (State state : State.values()) {
                counts.put(state.name().toLowerCase(Locale.ROOT), 0.0);
            }
            signingKeys
                    .describe()
                    .forEach(
                            each -> counts.merge(each.key().state().name().toLowerCase(Locale.ROOT), 1.0, Double::sum));
            return counts;
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
                settings.jwtSecrets(),
                clock);
        providers.forEach(provider -> provider.start(environment));
        settings.source().problems().throwIfAny();
    }

    private static HttpRouting.Builder publicRouting(
            OracleSettings settings,
            Store store,
            List<IdentityProvider> providers,
            Tokens tokens,
            Clients clients,
            RevocationFeed feed,
            Metrics metrics,
            Clock clock) {
        SecureTokens random = tokens.random();
        SecurityEvents events = new SecurityEvents(store.audit(), settings.auditFile(), metrics::event, clock);
        Forwarding forwarding = new Forwarding(settings.verifySecrets());
        Limits limits = settings.limits();
        ClientAuthentication authentication = new ClientAuthentication(
                clients,
                new ClientAssertions(settings.issuer(), settings.lifetimes().clockSkew(), clock));
        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing, metrics::storeFailed);
        routing.addFilter(new VerifyTime(metrics));
        routing.addFilter(new NetworkLimit(forwarding, new RateLimit(limits.network(), clock)));
        providers.forEach(each -> each.routing(routing));
        HealthEndpoint health = new HealthEndpoint(store);
        routing.get("/health", (_, response) -> health.health(response))
                .register(new AuthorizationServerMetadataEndpoint(settings, forwarding))
                .register(new ProtectedResourceMetadataEndpoint(settings, forwarding))
                .register(new JwksEndpoint(tokens.signingKeys()))
                .register(new HomeEndpoint(() -> entries(settings.services())), new Stylesheet())
                .register(
                        new ClientRegistrationEndpoint(
                                settings.registration(),
                                store.clients(),
                                settings.issuer(),
                                settings.lifetimes().unusedClient(),
                                forwarding,
                                new RateLimit(limits.registration(), clock),
                                new RateLimit(limits.unusedClients(), clock),
                                events,
                                random,
                                clock),
                        new ClientConfigurationEndpoint(store, settings.issuer(), events, random, clock));
        addAuthorization(
                routing, settings, store, providers, clients, authentication, forwarding, events, random, clock);
        addTokens(routing, settings, store, tokens, authentication, forwarding, events, metrics, clock);
        return routing.register(
                new VerifyEndpoint(
                        forwarding,
                        settings.services(),
                        tokens.accessTokens(),
                        store.tokens(),
                        new Admission(settings.services()),
                        new IdentityAssertions(
                                tokens.signingKeys(), settings.issuer().toString(), random, clock),
                        feed,
                        new RateLimit(limits.verify(), clock),
                        events),
                new RevocationsEndpoint(forwarding, feed));
    }

    private static List<ServiceEntry> entries(Services services) {
        return services.all().stream()
                .map(service -> new ServiceEntry(service.name(), service.resource()))
                .toList();
    }

    private static void addAuthorization(
            HttpRouting.Builder routing,
            OracleSettings settings,
            Store store,
            List<IdentityProvider> providers,
            Clients clients,
            ClientAuthentication authentication,
            Forwarding forwarding,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        IdentityProvider provider = providers.getFirst();
        Sealer sealer = Sealer.of(settings.jwtSecrets(), "consent");
        PushedRequests pushed = new PushedRequests(Sealer.of(settings.jwtSecrets(), "pushed-request"), clock);
        ConsentForms consent = new ConsentForms(settings, clients, provider, sealer, random, clock);
        routing.register(
                new PushedAuthorizationRequestEndpoint(authentication, settings.services(), pushed),
                new AuthorizationEndpoint(settings, clients, pushed, forwarding, consent),
                new DeviceAuthorizationEndpoint(
                        authentication,
                        settings,
                        store.devices(),
                        forwarding,
                        new SharedCap(settings.limits().devices(), clock),
                        random,
                        clock),
                new DeviceEndpoint(
                        store.devices(),
                        consent,
                        forwarding,
                        new RateLimit(settings.limits().deviceCode(), clock)),
                new ConsentEndpoint(
                        settings,
                        store,
                        forwarding,
                        new SharedCap(settings.limits().logins(), clock),
                        events,
                        provider,
                        sealer,
                        random,
                        clock),
                new CallbackEndpoint(settings, store, clients, providers, events, random, clock));
    }

    private static void addTokens(
            HttpRouting.Builder routing,
            OracleSettings settings,
            Store store,
            Tokens tokens,
            ClientAuthentication authentication,
            Forwarding forwarding,
            SecurityEvents events,
            Metrics metrics,
            Clock clock) {
        Lifetimes lifetimes = settings.lifetimes();
        Limits limits = settings.limits();
        AccessTokens accessTokens = tokens.accessTokens();
        RefreshTokens refreshTokens = tokens.refreshTokens();
        Admission admission = new Admission(settings.services());
        CodeRedemption redemption =
                new CodeRedemption(store, admission, accessTokens, refreshTokens, lifetimes, events, clock);
        routing.register(
                new TokenEndpoint(
                        authentication,
                        forwarding,
                        new RateLimit(limits.token(), clock),
                        new AuthorizationCodeGrant(store.codes(), admission, redemption),
                        new RefreshTokenGrant(
                                store.tokens(),
                                admission,
                                accessTokens,
                                refreshTokens,
                                lifetimes,
                                new RateLimit(limits.refresh(), clock),
                                events,
                                clock),
                        new DeviceCodeGrant(store.devices(), store.codes(), redemption, clock),
                        new ClientCredentialsGrant(
                                settings.services(),
                                store.tokens(),
                                accessTokens,
                                lifetimes,
                                events,
                                tokens.random(),
                                clock),
                        metrics),
                new RevocationEndpoint(authentication, store.tokens(), tokens.grants(), events),
                new IntrospectionEndpoint(
                        authentication,
                        settings.issuer(),
                        settings.services(),
                        store.tokens(),
                        admission,
                        accessTokens,
                        refreshTokens));
    }

    private static HttpRouting.Builder managementRouting(
            OracleSettings settings, Store store, Tokens tokens, Metrics metrics, Clock clock) {
        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing, metrics::storeFailed);
        SecurityEvents events = new SecurityEvents(store.audit(), settings.auditFile(), metrics::event, clock);
        HealthEndpoint health = new HealthEndpoint(store);
        return routing.addFilter(new AdminGuard(settings.adminTokenFile()))
                .get("/health/live", (_, response) -> health.live(response))
                .get("/health/ready", (_, response) -> health.health(response))
                .get("/metrics", (_, response) -> metrics.show(response))
                .register(new AdminEndpoint(settings, store, tokens.grants(), events, clock))
                .register(new TokenExplanationEndpoint(
                        tokens.accessTokens(), tokens.grants(), store.tokens(), new Admission(settings.services())))
                .register(new KeysEndpoint(tokens.signingKeys(), events))
                .register(new BackupEndpoint(
                        store, tokens.signingKeys()::withdraw, settings.issuer().toString(), events, clock));
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
