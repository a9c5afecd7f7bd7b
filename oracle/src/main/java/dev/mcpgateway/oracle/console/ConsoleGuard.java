package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.admin.AdminToken;
import dev.mcpgateway.oracle.authorization.OwnPages;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.ConsoleSettings;
import dev.mcpgateway.oracle.settings.ConsoleSettings.Access;
import dev.mcpgateway.settings.Rate;
import dev.mcpgateway.settings.Secret;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Lets operators to the console, and nobody else: whoever has signed in with the token of ADMIN_TOKEN_FILE, or where
 * CONSOLE is {@code loopback}, whoever sits at this machine. A form changes something only if it is one that this
 * console gave to this browser.
 */
public final class ConsoleGuard {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)])(:[0-9]{1,5})?");
    private static final Rate SIGN_INS = new Rate(10, Duration.ofMinutes(1));
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final ConsoleSettings settings;
    private final AdminToken adminToken;
    private final ConsoleSessions sessions;
    private final RateLimit limit;

    public ConsoleGuard(ConsoleSettings settings, AdminToken adminToken, SecureTokens random, Clock clock) {
        this.settings = settings;
        this.adminToken = adminToken;
        this.sessions = new ConsoleSessions(random, clock);
        this.limit = new RateLimit(SIGN_INS, clock);
    }

    /** Shows something. */
    interface Page {
        void show(Visit visit, ServerRequest request, ServerResponse response);
    }

    /** Does what a form asks for. */
    interface Action {
        void act(Parameters form, ServerResponse response);
    }

    /** For operators; others are sent to where they can sign in, or told why not. */
    Handler page(Page page) {
        return refusing((request, response) -> {
            requireNoDetour(request);
            String cookie = settings.access() == Access.TOKEN
                    ? signedIn(request).orElse(null)
                    : sessions.cookie(request).orElseGet(() -> sessions.give(response));
            if (cookie == null) {
                goTo(ConsolePage.SIGN_IN, response);
            } else {
                page.show(visit(request, cookie), request, response);
            }
        });
    }

    /** For forms of this console that this browser was given. */
    Handler action(Action action) {
        return refusing((request, response) -> {
            requireNoDetour(request);
            requireOwnSite(request);
            String cookie = (settings.access() == Access.TOKEN ? signedIn(request) : sessions.cookie(request))
                    .orElseThrow(ConsoleRefusal::strangeForm);
            Parameters form = Parameters.ofFormOnly(request);
            if (!SecureTokens.equal(
                    sessions.formToken(cookie), form.optional("token").orElse(""))) {
                throw ConsoleRefusal.strangeForm();
            }
            action.act(form, response);
        });
    }

    /** {@code GET} of the page to sign in at. */
    Handler signInPage() {
        return refusing((request, response) -> {
            if (settings.access() != Access.TOKEN || signedIn(request).isPresent()) {
                goTo(ConsolePage.PATH, response);
                return;
            }
            requireToken();
            new SignInPage(Visit.ofStranger(Language.of(request)), false).send(response, Status.OK_200);
        });
    }

    /** {@code POST} of the token; {@code opened} hears the address of whoever has it, and {@code refused} of others. */
    Handler signIn(Consumer<String> opened, Consumer<String> refused) {
        return refusing((request, response) -> {
            requireOwnSite(request);
            if (settings.access() != Access.TOKEN) {
                goTo(ConsolePage.PATH, response);
                return;
            }
            Secret token = requireToken();
            String address = address(request);
            limit.acquire(address).ifPresent(wait -> {
                throw OAuthException.tooMany("attempts", wait);
            });
            if (token.matches(Parameters.ofFormOnly(request).optional("token").orElse(""))) {
                sessions.begin(response, token);
                opened.accept(address);
                goTo(ConsolePage.PATH, response);
            } else {
                refused.accept(address);
                new SignInPage(Visit.ofStranger(Language.of(request)), true).send(response, Status.FORBIDDEN_403);
            }
        });
    }

    Handler signOut() {
        return refusing((request, response) -> {
            String cookie = sessions.cookie(request).orElse("");
            action((_, answer) -> {
                        sessions.end(cookie, answer);
                        goTo(ConsolePage.SIGN_IN, answer);
                    })
                    .handle(request, response);
        });
    }

    /** To a page of the console, by GET. */
    static void goTo(String page, ServerResponse response) {
        response.status(Status.SEE_OTHER_303)
                .header(NO_STORE)
                .header(HeaderNames.LOCATION, page)
                .send();
    }

    private Optional<String> signedIn(ServerRequest request) {
        Secret token = requireToken();
        return sessions.cookie(request).filter(cookie -> sessions.isSignedIn(cookie, token));
    }

    private Secret requireToken() {
        return adminToken.read().orElseThrow(ConsoleRefusal::closed);
    }

    private Visit visit(ServerRequest request, String cookie) {
        return new Visit(
                Language.of(request),
                sessions.formToken(cookie),
                settings.access() == Access.TOKEN,
                settings.routerStatus());
    }

    /**
     * Where sitting at this machine is enough, the connection must come from it, and not by way of a proxy on it; the
     * browser must have gone to a name of it, because other names can be made to point here.
     */
    private void requireNoDetour(ServerRequest request) {
        if (settings.access() == Access.LOOPBACK
                && !(isFromLoopback(request) && isForLoopback(request) && isDirect(request))) {
            throw ConsoleRefusal.elsewhere();
        }
    }

    private static boolean isFromLoopback(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress peer
                && peer.getAddress() != null
                && peer.getAddress().isLoopbackAddress();
    }

    private static boolean isForLoopback(ServerRequest request) {
        List<String> hosts = request.headers().contains(HeaderNames.HOST)
                ? request.headers().get(HeaderNames.HOST).allValues()
                : List.of();
        return hosts.size() == 1
                && LOOPBACK.matcher(hosts.getFirst().toLowerCase(Locale.ROOT)).matches();
    }

    private static boolean isDirect(ServerRequest request) {
        return request.headers().stream()
                .map(header -> header.headerName().lowerCase())
                .noneMatch(name -> name.startsWith("x-forwarded-") || name.equals("forwarded") || name.equals("via"));
    }

    /** Browsers say which site a form was posted from: in one field where they trust the address, else in another. */
    private static void requireOwnSite(ServerRequest request) {
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        boolean foreignOrigin = request.headers()
                .first(HeaderNames.ORIGIN)
                // As it is where a page sends no referrer, as those of the console do not.
                .filter(origin -> !origin.equals("null"))
                .filter(origin -> !origin.equals("http://" + host) && !origin.equals("https://" + host))
                .isPresent();
        if (OwnPages.isPostedElsewhere(request) || foreignOrigin) {
            throw ConsoleRefusal.strangeForm();
        }
    }

    private static String address(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress peer && peer.getAddress() != null
                ? peer.getAddress().getHostAddress()
                : request.remotePeer().host();
    }

    private static Handler refusing(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ConsoleRefusal refusal) {
                refuse(refusal, request, response);
            } catch (OAuthException refusal) {
                refuse(ConsoleRefusal.of(refusal), request, response);
            }
        };
    }

    private static void refuse(ConsoleRefusal refusal, ServerRequest request, ServerResponse response) {
        if (request.content().hasEntity() && !request.content().consumed()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        refusal.page(Visit.ofStranger(Language.of(request))).send(response, refusal.status());
    }
}
