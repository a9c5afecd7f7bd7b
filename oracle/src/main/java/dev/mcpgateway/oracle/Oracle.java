package dev.mcpgateway.oracle;

import dev.mcpgateway.oracle.account.AccountEndpoint;
import dev.mcpgateway.oracle.account.Visitors;
import dev.mcpgateway.oracle.admin.AdminEndpoint;
import dev.mcpgateway.oracle.admin.AdminGuard;
import dev.mcpgateway.oracle.admin.AdminToken;
import dev.mcpgateway.oracle.admin.HealthEndpoint;
import dev.mcpgateway.oracle.admin.KeysEndpoint;
import dev.mcpgateway.oracle.admin.Revocations;
import dev.mcpgateway.oracle.admin.TokenExplanationEndpoint;
import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.admission.MembershipCheck;
import dev.mcpgateway.oracle.admission.MembershipWatch;
import dev.mcpgateway.oracle.admission.Profiles;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.authorization.AuthorizationEndpoint;
import dev.mcpgateway.oracle.authorization.CallbackEndpoint;
import dev.mcpgateway.oracle.authorization.ConsentEndpoint;
import dev.mcpgateway.oracle.authorization.ConsentForms;
import dev.mcpgateway.oracle.authorization.DeviceAuthorizationEndpoint;
import dev.mcpgateway.oracle.authorization.DeviceEndpoint;
import dev.mcpgateway.oracle.authorization.PushedAuthorizationRequestEndpoint;
import dev.mcpgateway.oracle.authorization.PushedRequests;
import dev.mcpgateway.oracle.authorization.SignInEndpoint;
import dev.mcpgateway.oracle.authorization.SignIns;
import dev.mcpgateway.oracle.backup.BackupEndpoint;
import dev.mcpgateway.oracle.client.ClientAssertions;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.client.ClientConfigurationEndpoint;
import dev.mcpgateway.oracle.client.ClientMetadataDocuments;
import dev.mcpgateway.oracle.client.ClientRegistrationEndpoint;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.console.AuditTrailEndpoint;
import dev.mcpgateway.oracle.console.ConnectionsEndpoint;
import dev.mcpgateway.oracle.console.ConsoleEndpoint;
import dev.mcpgateway.oracle.console.ConsoleGuard;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
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
import dev.mcpgateway.oracle.observe.ActivityHistory;
import dev.mcpgateway.oracle.observe.Metrics;
import dev.mcpgateway.oracle.observe.VerifyTime;
import dev.mcpgateway.oracle.protocol.ErrorAnswers;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.settings.ConsoleSettings.Access;
import dev.mcpgateway.oracle.settings.KeySettings;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.settings.Limits;
import dev.mcpgateway.oracle.settings.Listener;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.RegistrationSettings;
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
import dev.mcpgateway.oracle.web.Assets;
import dev.mcpgateway.oracle.web.HomeEndpoint;
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
    private final MembershipWatch memberships;
    private final List<Store.Subscription> revocations;

    private Oracle(
            WebServer server,
            KeyRotation rotation,
            RevocationFeed feed,
            MembershipWatch memberships,
            List<Store.Subscription> revocations) {
        this.server = server;
        this.rotation = rotation;
        this.feed = feed;
        this.memberships = memberships;
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
            ActivityHistory history = new ActivityHistory(clock);
            Metrics metrics = new Metrics(history)
                    .gauge(
                            "gateway_oracle_signing_keys",
                            "Keys that sign tokens, by what they are for",
                            "state",
                            tokens::keysByState);
            SecurityEvents events = new SecurityEvents(store.audit(), settings.auditFile(), metrics::event, clock);
            Admitting admitting = Admitting.of(settings, store, providers, events, clock);
            RevocationFeed feed = new RevocationFeed(settings.jwtSecrets());
            tokens.signingKeys().rings().forEach(ring -> ring.onChange(feed::flush));
            WebServer server = WebServer.builder()
                    .shutdownHook(false)
                    .update(builder -> listen(builder, settings.listener()))
                    .routing(publicRouting(
                            settings, store, providers, tokens, clients, feed, admitting, events, metrics, clock))
                    .putSocket(
                            MANAGEMENT,
                            builder -> listen(builder, settings.management())
                                    .maxPayloadSize(MAX_BACKUP_BYTES)
                                    .routing(managementRouting(
                                            settings, store, tokens, clients, admitting, events, metrics, history,
                                            clock)))
                    .build();
            server.start();
            MembershipWatch memberships = MembershipWatch.start(store.accounts(), admitting.memberships());
            return new Oracle(
                    server,
                    tokens.startRotation(),
                    feed,
                    memberships,
                    List.of(store.watchRevocations(feed), store.watchRevocations(memberships)));
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
        memberships.close();
        revocations.forEach(Store.Subscription::close);
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

    /** What decides who may come in, and still may. */
    private record Admitting(Profiles profiles, Admission admission, MembershipCheck memberships) {
        static Admitting of(
                OracleSettings settings,
                Store store,
                List<IdentityProvider> providers,
                SecurityEvents events,
                Clock clock) {
            Profiles profiles = new Profiles(
                    store.accounts(),
                    Sealer.of(settings.jwtSecrets(), "accounts"),
                    settings.lifetimes(),
                    settings.source().get(KnownSettings.MEMBERSHIP_INTERVAL),
                    events,
                    clock);
            Admission admission = new Admission(settings.services(), profiles);
            return new Admitting(
                    profiles,
                    admission,
                    new MembershipCheck(
                            store,
                            profiles,
                            admission,
                            providers,
                            settings.source().get(KnownSettings.MEMBERSHIP_MAX_AGE),
                            events,
                            clock));
        }
    }

    private static void startProviders(OracleSettings settings, List<IdentityProvider> providers, Clock clock) {
        if (providers.isEmpty()) {
            settings.source()
                    .problems()
                    .add(
                            ("nobody could sign in: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to those of an OAuth app,"
                                            + " made at %s/settings/developers with the callback URL %s/callback, or name an OpenID provider under oidc in gateway.yaml")
                                    .formatted(settings.source().get(KnownSettings.GITHUB_URL), settings.issuer()));
        }
        SignInEnvironment environment = new SignInEnvironment(
                settings.source(),
                settings.issuer(),
                settings.baseDomain(),
                List.of(settings.listener().address(), settings.management().address()),
                settings.services()::facts,
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
            Admitting admitting,
            SecurityEvents events,
            Metrics metrics,
            Clock clock) {
        SecureTokens random = tokens.random();
        Forwarding forwarding = new Forwarding(settings.verifySecrets());
        Limits limits = settings.limits();
        ClientAuthentication authentication = new ClientAuthentication(
                clients,
                new ClientAssertions(settings.issuer(), settings.lifetimes().clockSkew(), clock));
        Sessions sessions = new Sessions(store.sessions(), settings.lifetimes().session(), random, clock);
        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing, metrics::storeFailed);
        routing.addFilter(new VerifyTime(metrics));
        routing.addFilter(new NetworkLimit(forwarding, new RateLimit(limits.network(), clock)));
        providers.forEach(each -> each.routing(routing));
        IdentityProviders offered = new IdentityProviders(providers);
        HealthEndpoint health = new HealthEndpoint(store);
        routing.get("/health", (_, response) -> health.health(response))
                .register(new AuthorizationServerMetadataEndpoint(settings, forwarding))
                .register(new ProtectedResourceMetadataEndpoint(settings, forwarding))
                .register(new JwksEndpoint(tokens.signingKeys()))
                .register(
                        new HomeEndpoint(
                                settings.issuer(), new Visitors(sessions, settings.services(), admitting.admission())),
                        Assets.ofPages())
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
                routing,
                settings,
                store,
                offered,
                clients,
                authentication,
                sessions,
                forwarding,
                admitting,
                events,
                random,
                clock);
        routing.register(new AccountEndpoint(sessions, store, clients, settings.services(), events, clock));
        addTokens(routing, settings, store, tokens, authentication, forwarding, admitting, events, metrics, clock);
        return routing.register(
                new VerifyEndpoint(
                        forwarding,
                        settings.services(),
                        tokens.accessTokens(),
                        store.tokens(),
                        admitting.admission(),
                        new IdentityAssertions(
                                tokens.signingKeys(), settings.issuer().toString(), random, clock),
                        feed,
                        settings.lifetimes().verdict(),
                        new RateLimit(limits.verify(), clock),
                        events),
                new RevocationsEndpoint(forwarding, feed));
    }

    private static void addAuthorization(
            HttpRouting.Builder routing,
            OracleSettings settings,
            Store store,
            IdentityProviders providers,
            Clients clients,
            ClientAuthentication authentication,
            Sessions sessions,
            Forwarding forwarding,
            Admitting admitting,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        Sealer sealer = Sealer.of(settings.jwtSecrets(), "consent");
        PushedRequests pushed = new PushedRequests(Sealer.of(settings.jwtSecrets(), "pushed-request"), clock);
        ConsentForms consent = new ConsentForms(settings, clients, providers, sessions, sealer, random, clock);
        SignIns signIns = new SignIns(
                settings,
                store.logins(),
                forwarding,
                new SharedCap(settings.limits().logins(), clock),
                events,
                random,
                clock);
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
                new ConsentEndpoint(settings, store, signIns, events, providers, sealer, random, clock),
                new SignInEndpoint(settings, signIns, providers, random, clock),
                new CallbackEndpoint(
                        settings,
                        store,
                        clients,
                        providers,
                        admitting.admission(),
                        admitting.profiles(),
                        sessions,
                        events,
                        random,
                        clock));
    }

    private static void addTokens(
            HttpRouting.Builder routing,
            OracleSettings settings,
            Store store,
            Tokens tokens,
            ClientAuthentication authentication,
            Forwarding forwarding,
            Admitting admitting,
            SecurityEvents events,
            Metrics metrics,
            Clock clock) {
        Lifetimes lifetimes = settings.lifetimes();
        Limits limits = settings.limits();
        AccessTokens accessTokens = tokens.accessTokens();
        RefreshTokens refreshTokens = tokens.refreshTokens();
        Admission admission = admitting.admission();
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
                                admitting.memberships(),
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
            OracleSettings settings,
            Store store,
            Tokens tokens,
            Clients clients,
            Admitting admitting,
            SecurityEvents events,
            Metrics metrics,
            ActivityHistory history,
            Clock clock) {
        HttpRouting.Builder routing = HttpRouting.builder();
        ErrorAnswers.install(routing, metrics::storeFailed);
        HealthEndpoint health = new HealthEndpoint(store);
        AdminToken adminToken = new AdminToken(settings.adminTokenFile());
        Revocations revocations = new Revocations(store, events, clock);
        if (settings.console().access() != Access.OFF) {
            ConsoleGuard guard = new ConsoleGuard(settings.console(), adminToken, tokens.random(), clock);
            routing.register(
                    Assets.ofConsole(),
                    new ConsoleEndpoint(guard, settings, store, tokens.signingKeys(), history, events, clock),
                    new ConnectionsEndpoint(guard, store, clients, revocations),
                    new AuditTrailEndpoint(guard, store.audit()));
        }
        return routing.addFilter(new AdminGuard(adminToken))
                .get("/health/live", (_, response) -> health.live(response))
                .get("/health/ready", (_, response) -> health.health(response))
                .get("/metrics", (_, response) -> metrics.show(response))
                .register(new AdminEndpoint(settings, store, tokens.grants(), events, revocations))
                .register(new TokenExplanationEndpoint(
                        tokens.accessTokens(), tokens.grants(), store.tokens(), admitting.admission()))
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
