package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.certificate.ClientAuthorities;
import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.upstream.HeaderList;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Applies the middlewares of a route. Remembers how often clients came. Thread safe. */
public final class Middlewares {
    private static final int NETWORK_BYTES = 8;

    private final Clock clock;
    private final Map<Middleware.RateLimit, RateLimiter> limiters = new ConcurrentHashMap<>();

    public Middlewares(Clock clock) {
        this.clock = clock;
    }

    /** Forgets what was counted for others than these. */
    public void retain(Collection<Middleware> middlewares) {
        limiters.keySet().retainAll(Set.copyOf(middlewares));
    }

    /**
     * Lets those act that look at nothing but the request, in order.
     *
     * @return whether one of them has answered it
     * @throws RefusedRequest if one of them refuses it: 403, 413 or 429
     */
    public boolean answered(ClientExchange exchange, List<Middleware> middlewares) throws IOException, RefusedRequest {
        for (Middleware middleware : middlewares) {
            switch (middleware) {
                case Middleware.IpAllowList allowed -> requireNetwork(exchange, allowed);
                case Middleware.ClientCertificate required -> requireCertificate(exchange, required);
                case Middleware.RateLimit limit
                when limit.by() == Middleware.By.ADDRESS -> limit(limit, network(exchange.remoteAddress()));
                case Middleware.BodyLimit(var _, var bytes) -> exchange.limitBody(bytes);
                case Middleware.Redirect redirect -> {
                    if (redirected(exchange, redirect)) {
                        return true;
                    }
                }
                case Middleware.RateLimit _, Middleware.Headers _, Middleware.CrossOrigin _ -> {}
            }
        }
        return false;
    }

    /**
     * Lets those act that count the requests of a user.
     *
     * @throws RefusedRequest 429
     */
    public void limitIdentity(String user, List<Middleware> middlewares) throws RefusedRequest {
        for (Middleware middleware : middlewares) {
            if (middleware instanceof Middleware.RateLimit limit && limit.by() == Middleware.By.IDENTITY) {
                limit(limit, user);
            }
        }
    }

    /** Whose certificates are required of clients. */
    public static Set<ClientAuthorities> clientAuthorities(Collection<Middleware> middlewares) {
        return middlewares.stream()
                .filter(Middleware.ClientCertificate.class::isInstance)
                .map(middleware -> ((Middleware.ClientCertificate) middleware).authorities())
                .collect(Collectors.toSet());
    }

    /** What of a request's fields the service gets. */
    public static HeaderList onRequest(HeaderList headers, List<Middleware> middlewares) {
        HeaderList changed = headers;
        for (Middleware middleware : middlewares) {
            if (middleware instanceof Middleware.Headers(var _, var request, var _)) {
                changed = request.apply(changed);
            }
        }
        return changed;
    }

    /** What of an answer's fields the client gets. */
    public static HeaderList onAnswer(HeaderList headers, List<Middleware> middlewares) {
        HeaderList changed = headers;
        for (Middleware middleware : middlewares) {
            if (middleware instanceof Middleware.Headers(var _, var _, var response)) {
                changed = response.apply(changed);
            }
        }
        return changed;
    }

    /** The most bytes that a request's body may have. */
    public static long bodyBytes(long max, List<Middleware> middlewares) {
        long least = max;
        for (Middleware middleware : middlewares) {
            if (middleware instanceof Middleware.BodyLimit(var _, var bytes)) {
                least = Math.min(least, bytes);
            }
        }
        return least;
    }

    private static void requireNetwork(ClientExchange exchange, Middleware.IpAllowList allowed) throws RefusedRequest {
        if (allowed.networks().stream().noneMatch(network -> network.contains(exchange.remoteAddress()))) {
            throw RefusedRequest.of(403, "address_not_allowed", "This is not open to your address");
        }
    }

    private static void requireCertificate(ClientExchange exchange, Middleware.ClientCertificate required)
            throws RefusedRequest {
        if (!required.authorities().accept(exchange.clientCertificates())) {
            throw RefusedRequest.of(
                    403,
                    "client_certificate_required",
                    "This is open to clients with a certificate of its authority alone");
        }
    }

    private void limit(Middleware.RateLimit limit, String client) throws RefusedRequest {
        Duration wait = limiters.computeIfAbsent(limit, _ -> new RateLimiter(limit.average(), limit.burst(), clock))
                .count(client);
        if (wait.isPositive()) {
            HeaderList retry = HeaderList.of(
                    "Retry-After", Long.toString(wait.plusNanos(999_999_999).toSeconds()));
            throw RefusedRequest.of(429, "too_many_requests", "Too many requests; try again later", retry);
        }
    }

    private static boolean redirected(ClientExchange exchange, Middleware.Redirect redirect) throws IOException {
        String url = exchange.scheme() + "://" + exchange.target().authority()
                + exchange.target().raw();
        var found = redirect.regexp().find(url);
        if (found.isEmpty()) {
            return false;
        }
        HeaderList location = HeaderList.of("Location", redirect.location().of(found.get()));
        exchange.answer(redirect.permanent() ? 308 : 307, location, new byte[0]);
        return true;
    }

    /** What one client holds of the address space: all of an IPv4 address, half of an IPv6 address. */
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        InetAddress parsed = InetAddress.ofLiteral(address);
        return parsed instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
                : parsed.getHostAddress();
    }
}
