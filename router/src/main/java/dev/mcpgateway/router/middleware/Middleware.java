package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.certificate.ClientAuthorities;
import dev.mcpgateway.router.match.Network;
import dev.mcpgateway.router.match.Regexp;
import dev.mcpgateway.settings.Rate;
import java.util.List;

/** What happens to the requests and answers of a route beside forwarding. Plain data; {@link Middlewares} acts. */
public sealed interface Middleware {
    /** The name in configuration. */
    String name();

    /** Changes of the fields that the service gets, and of those that the client gets of its answer. */
    record Headers(String name, HeaderChange request, HeaderChange response) implements Middleware {}

    /** Scripts of these origins may send requests and read the answers; others are refused. */
    record CrossOrigin(String name, Origins origins) implements Middleware {}

    /**
     * Refuses clients that send too many requests, with 429.
     *
     * @param burst requests may come at once
     * @param by who is one client
     */
    record RateLimit(String name, Rate average, int burst, By by) implements Middleware {}

    /** Whose requests are counted together. */
    enum By {
        /** An IPv4 address, or the first 64 bits of an IPv6 address. */
        ADDRESS,
        /** The user that verify names. */
        IDENTITY
    }

    /** Refuses longer bodies, with 413. */
    record BodyLimit(String name, long bytes) implements Middleware {}

    /** Refuses clients of other networks, with 403. */
    record IpAllowList(String name, List<Network> networks) implements Middleware {
        public IpAllowList {
            networks = List.copyOf(networks);
        }
    }

    /** Refuses clients that show no certificate of these authorities in their handshake, with 403. */
    record ClientCertificate(String name, ClientAuthorities authorities) implements Middleware {}

    /**
     * Answers with a redirect if the expression is found in the URL.
     *
     * @param location whose scheme, host and port are fixed
     * @param permanent 308 if so, else 307
     */
    record Redirect(String name, Regexp regexp, RedirectLocation location, boolean permanent) implements Middleware {}
}
