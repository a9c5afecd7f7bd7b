package dev.mcpgateway.oracle.testing.github;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GitHub as far as signing in with an OAuth app goes, on a loopback port: the authorize page, on which anybody can be
 * anybody, the token endpoint, and {@code /user} and memberships of the REST API. It answers what GitHub's
 * documentation says, refusals with their wording included. Thread-safe.
 *
 * @see <a href="https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps">Authorizing OAuth
 *     apps</a>
 */
public final class GithubStandIn implements AutoCloseable {
    /** Where a code becomes a token, below {@link #url()}. */
    public static final String TOKEN_PATH = "/login/oauth/access_token";

    /** Who a token belongs to, below {@link #apiUrl()}. */
    public static final String USER_PATH = "/user";

    /** Memberships of the token's user in organisations, below {@link #apiUrl()}. */
    public static final String MEMBERSHIPS_PATH = "/user/memberships/orgs";

    private static final String ORGANISATIONS_PATH = "/orgs";
    private static final Pattern TEAM = Pattern.compile("/orgs/([^/]+)/teams/([^/]+)/memberships/([^/]+)");
    private static final String AUTHORIZE_PATH = "/login/oauth/authorize";
    private static final String API = "/api/v3";
    private static final Set<String> API_VERSIONS = Set.of("2022-11-28");
    private static final int RATE_LIMIT = 5_000;
    private static final long SLOW_SECONDS = 30;

    private final App app;
    private final Clock clock;
    private final Accounts accounts = new Accounts();
    private final Grants grants;
    private final Organisations organisations = new Organisations();
    private final Set<String> suspended = ConcurrentHashMap.newKeySet();
    private final AtomicInteger questions = new AtomicInteger();
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    /** An OAuth app as it was registered. */
    public record App(String clientId, String clientSecret, URI callback) {}

    /** What can be the matter with an endpoint. */
    public enum Trouble {
        /** 403 with nothing left, as the primary rate limit does. */
        RATE_LIMITED,
        /** 429 with {@code Retry-After}, as the secondary rate limit does. */
        SECONDARY_RATE_LIMITED,
        /** It is silent for longer than anybody should wait. */
        SLOW,
        /** It begins to answer, and does not go on. */
        STALLED,
        /** 502 and a page. */
        FAILING,
        /** 200 and a page, as of a proxy that wants somebody to sign in. */
        GARBAGE,
        /** 200 and more than anybody should read. */
        ENDLESS,
        /** 302 to where it would be answered. */
        MOVED
    }

    private GithubStandIn(App app, Clock clock) {
        this.app = app;
        this.clock = clock;
        this.grants = new Grants(clock);
        this.server = serve(0);
    }

    /** Starts on a free port. */
    public static GithubStandIn start(App app) {
        return start(app, Clock.systemUTC());
    }

    /** @param clock decides when codes expire */
    public static GithubStandIn start(App app, Clock clock) {
        return new GithubStandIn(app, clock);
    }

    /** For {@code GITHUB_URL}. */
    public synchronized URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** For {@code GITHUB_API_URL}. */
    public URI apiUrl() {
        return URI.create(url() + API);
    }

    /** The app as it was registered. */
    public App app() {
        return app;
    }

    /** The number of an account, which is made if there is none. */
    public long idOf(String login) {
        return accounts.named(login).id();
    }

    /** @param place an organisation, or {@code organisation/team} */
    public void join(String login, String place) {
        organisations.put(place, login, "active");
    }

    /** As {@link #join}, but the invitation was not accepted yet. */
    public void invite(String login, String place) {
        organisations.put(place, login, "pending");
    }

    /** Also out of the teams of an organisation. */
    public void leave(String login, String place) {
        organisations.remove(place, login);
    }

    /** The organisation wants everybody to go through its own sign-on. */
    public void wantSignOn(String organisation) {
        organisations.wantSignOn(organisation);
    }

    /** The organisation lets no app see it that it has not approved. */
    public void restrictApps(String organisation) {
        organisations.restrict(organisation);
    }

    /** As GitHub Enterprise Server does with an account. */
    public void suspend(String login) {
        suspended.add(login.toLowerCase(Locale.ROOT));
    }

    /** The user takes back what the app was given. */
    public void takeBackTokens(String login) {
        grants.revoke(accounts.named(login));
    }

    /** Whoever has the login gives it up; it is another account's from now on. */
    public void giveLoginToAnother(String login) {
        accounts.giveAway(login);
    }

    /** How often the REST API was asked. */
    public int questions() {
        return questions.get();
    }

    /** From now on this is the matter with {@link #TOKEN_PATH} or {@link #USER_PATH}. */
    public void trouble(String path, Trouble trouble) {
        troubles.put(path, trouble);
    }

    /** Everything works again. */
    public void recover() {
        troubles.clear();
    }

    /** Every code and token that was ever given out, and the app's secret. */
    public List<String> secrets() {
        synchronized (secrets) {
            List<String> all = new ArrayList<>(secrets);
            all.add(app.clientSecret());
            return all;
        }
    }

    /** Refuses connections from now on. */
    public synchronized void goDown() {
        server.stop(0);
    }

    /** Serves again, on the same port. */
    public synchronized void comeBack() {
        server = serve(server.getAddress().getPort());
    }

    @Override
    public void close() {
        closed.countDown();
        goDown();
        threads.shutdownNow();
    }

    private HttpServer serve(int port) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.createContext(AUTHORIZE_PATH, exchange -> answer(exchange, authorize(exchange)));
            started.createContext(
                    TOKEN_PATH, exchange -> answer(exchange, orTrouble(TOKEN_PATH, () -> token(exchange))));
            started.createContext(
                    API + USER_PATH, exchange -> answer(exchange, limited(orTrouble(USER_PATH, () -> user(exchange)))));
            started.createContext(
                    API + MEMBERSHIPS_PATH,
                    exchange -> answer(
                            exchange, limited(orTrouble(MEMBERSHIPS_PATH, () -> organisationMembership(exchange)))));
            started.createContext(
                    API + ORGANISATIONS_PATH,
                    exchange -> answer(exchange, limited(orTrouble(MEMBERSHIPS_PATH, () -> teamMembership(exchange)))));
            started.setExecutor(threads);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reply authorize(HttpExchange exchange) throws IOException {
        boolean decided = exchange.getRequestMethod().equals("POST");
        Map<String, String> asked = decided
                ? Form.read(exchange.getRequestBody())
                : Form.parse(exchange.getRequestURI().getRawQuery());
        if (!app.clientId().equals(asked.get("client_id"))) {
            return Reply.page(404, "<h1>Not Found</h1>");
        }
        String redirectUri = asked.getOrDefault("redirect_uri", app.callback().toString());
        if (!isBelowCallback(redirectUri)) {
            return backWith(app.callback().toString(), Refusal.redirectUriMismatch("authorization-request"), asked);
        }
        if (!decided) {
            return Reply.page(200, AuthorizePage.of(asked));
        }
        if (!asked.getOrDefault("authorize", "0").equals("1")) {
            return backWith(redirectUri, Refusal.accessDenied(), asked);
        }
        String code = grants.newCode(accounts.named(asked.getOrDefault("login", "octocat")), redirectUri, asked);
        return backWith(redirectUri, Map.of("code", remember(code)), asked);
    }

    /** The callback itself, or a folder below it, on the same host and port. */
    private boolean isBelowCallback(String redirectUri) {
        return redirectUri.equals(app.callback().toString()) || redirectUri.startsWith(app.callback() + "/");
    }

    private static Reply backWith(String redirectUri, Map<String, String> answer, Map<String, String> asked) {
        String state = asked.containsKey("state") ? "&" + Form.write(Map.of("state", asked.get("state"))) : "";
        return Reply.redirect(redirectUri + "?" + Form.write(answer) + state);
    }

    private Reply token(HttpExchange exchange) throws IOException {
        Map<String, String> asked = Form.read(exchange.getRequestBody());
        boolean json = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept"))
                .filter(accept -> accept.toLowerCase(Locale.ROOT).contains("application/json"))
                .isPresent();
        Map<String, String> answer = exchange(asked);
        return json ? Reply.json(200, object(answer)) : Reply.form(Form.write(answer));
    }

    private Map<String, String> exchange(Map<String, String> asked) {
        if (!app.clientId().equals(asked.get("client_id"))
                || !app.clientSecret().equals(asked.get("client_secret"))) {
            return Refusal.incorrectClientCredentials();
        }
        if (asked.containsKey("redirect_uri") && !isBelowCallback(asked.get("redirect_uri"))) {
            return Refusal.redirectUriMismatch("oauth-app-access-token-request");
        }
        return grants.redeem(asked)
                .map(token ->
                        Map.of("access_token", remember(token.value()), "scope", token.scope(), "token_type", "bearer"))
                .orElseGet(Refusal::badVerificationCode);
    }

    private Reply user(HttpExchange exchange) {
        return withToken(exchange, token -> Reply.json(200, token.owner().toJson(url())));
    }

    private Reply organisationMembership(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String organisation = path.substring(path.lastIndexOf('/') + 1);
        return withToken(
                exchange,
                token -> membership(organisation, organisation, token.owner().login(), token));
    }

    private Reply teamMembership(HttpExchange exchange) {
        Matcher path = TEAM.matcher(exchange.getRequestURI().getPath().substring(API.length()));
        return withToken(
                exchange,
                token -> path.matches()
                        ? membership(path.group(1), path.group(1) + "/" + path.group(2), path.group(3), token)
                        : message(404, "Not Found"));
    }

    private Reply membership(String organisation, String place, String login, Grants.Token token) {
        if (!Set.of(token.scope().split(",")).contains("read:org")) {
            return message(403, "You need at least read:org scope to list your organization memberships.")
                    .with("X-OAuth-Scopes", token.scope())
                    .with("X-Accepted-OAuth-Scopes", "read:org");
        }
        if (organisations.wantsSignOn(organisation)) {
            return message(
                            403,
                            "Resource protected by organization SAML enforcement."
                                    + " You must grant your OAuth token access to this organization.")
                    .with(
                            "X-GitHub-SSO",
                            "required; url=%s/orgs/%s/sso?authorization_request=AZSCKtL4"
                                    .formatted(url(), organisation));
        }
        if (organisations.isRestricted(organisation)) {
            return message(
                    403,
                    "Although you appear to have the correct authorization credentials, the `" + organisation
                            + "` organization has enabled OAuth App access restrictions, meaning that data access to"
                            + " third-parties is limited.");
        }
        String state = organisations.state(place, login);
        return state.isEmpty()
                ? message(404, "Not Found")
                : Reply.json(
                        200,
                        Json.createObjectBuilder()
                                .add("state", state)
                                .add("role", "member")
                                .add("organization_url", apiUrl() + "/orgs/" + organisation)
                                .build());
    }

    private Reply withToken(HttpExchange exchange, Function<Grants.Token, Reply> answer) {
        questions.incrementAndGet();
        String version = exchange.getRequestHeaders().getFirst("X-GitHub-Api-Version");
        if (exchange.getRequestHeaders().getFirst("User-Agent") == null) {
            return Reply.page(403, "Request forbidden by administrative rules.");
        }
        if (version != null && !API_VERSIONS.contains(version)) {
            return message(400, "This version of the API does not exist: " + version);
        }
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
            return message(401, "Requires authentication");
        }
        return grants.find(authorization.replaceFirst("(?i)^(bearer|token) ", ""))
                .map(token -> suspended.contains(token.owner().login().toLowerCase(Locale.ROOT))
                        ? message(403, "Sorry. Your account was suspended.")
                        : answer.apply(token))
                .orElseGet(() -> message(401, "Bad credentials"));
    }

    private static Reply message(int status, String text) {
        return Reply.json(
                status,
                Json.createObjectBuilder()
                        .add("message", text)
                        .add("documentation_url", "https://docs.github.com/rest")
                        .add("status", Integer.toString(status))
                        .build());
    }

    private interface Endpoint {
        Reply answer() throws IOException;
    }

    private Reply orTrouble(String path, Endpoint endpoint) throws IOException {
        return switch (troubles.get(path)) {
            case null -> endpoint.answer();
            case RATE_LIMITED -> message(403, "API rate limit exceeded for user ID 1.");
            case SECONDARY_RATE_LIMITED ->
                message(429, "You have exceeded a secondary rate limit.").with("Retry-After", "60");
            case SLOW -> {
                awaitClose();
                yield endpoint.answer();
            }
            case STALLED -> endpoint.answer().stalled();
            case FAILING -> Reply.page(502, "<h1>Unicorn!</h1>");
            case GARBAGE -> Reply.page(200, "<h1>Please sign in to the network</h1>");
            case ENDLESS -> Reply.page(200, "{\"x\":\"" + "x".repeat(1 << 20));
            case MOVED -> Reply.redirect(url() + (path.equals(USER_PATH) ? API + "/users/octocat" : "/elsewhere"));
        };
    }

    private Reply limited(Reply reply) {
        boolean exceeded = troubles.containsValue(Trouble.RATE_LIMITED);
        return reply.with("X-RateLimit-Limit", "" + RATE_LIMIT)
                .with("X-RateLimit-Remaining", exceeded ? "0" : "4999")
                .with("X-RateLimit-Used", exceeded ? "" + RATE_LIMIT : "1")
                .with(
                        "X-RateLimit-Reset",
                        "" + clock.instant().plusSeconds(3_600).getEpochSecond())
                .with("X-RateLimit-Resource", "core");
    }

    private void answer(HttpExchange exchange, Reply reply) throws IOException {
        try (exchange) {
            reply.send(exchange);
            if (reply.isStalled()) {
                awaitClose();
            }
        }
    }

    private void awaitClose() {
        try {
            closed.await(SLOW_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) { // the stand-in is closing
            Thread.currentThread().interrupt();
        }
    }

    private String remember(String secret) {
        synchronized (secrets) {
            secrets.add(secret);
        }
        return secret;
    }

    private static JsonObject object(Map<String, String> members) {
        var object = Json.createObjectBuilder();
        members.forEach(object::add);
        return object.build();
    }
}
