package dev.mcpgateway.oracle.forwarded;

import dev.mcpgateway.settings.Secret;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/** Reads {@code X-Forwarded-*}, which count only beside a secret that router and oracle share. */
public final class Forwarding {
    private static final HeaderName SECRET = HeaderNames.create("Gateway-Verify-Secret");
    private static final HeaderName PROTO = HeaderNames.create("X-Forwarded-Proto");
    private static final HeaderName HOST = HeaderNames.create("X-Forwarded-Host");
    private static final HeaderName FOR = HeaderNames.create("X-Forwarded-For");
    private static final HeaderName URI = HeaderNames.create("X-Forwarded-Uri");

    private final List<Secret> verifySecrets;

    /** @param verifySecrets any of them is accepted */
    public Forwarding(List<Secret> verifySecrets) {
        this.verifySecrets = List.copyOf(verifySecrets);
    }

    /** Whether the request comes from the router. */
    public boolean isTrusted(ServerRequest request) {
        return single(request.headers(), SECRET)
                .filter(sent -> verifySecrets.stream().anyMatch(secret -> secret.matches(sent)))
                .isPresent();
    }

    /** The https request that the router asks about; empty if it does not come from the router or is incomplete. */
    public Optional<ForwardedRequest> forwarded(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        boolean https = single(headers, PROTO).filter("https"::equals).isPresent();
        if (!https || !isTrusted(request)) {
            return Optional.empty();
        }
        return single(headers, HOST).flatMap(host -> single(headers, URI).map(uri -> new ForwardedRequest(host, uri)));
    }

    /** The host that the client asked, with its port where there is one; never to be used in an answer. */
    public String host(ServerRequest request) {
        Optional<String> forwarded = isTrusted(request) ? single(request.headers(), HOST) : Optional.empty();
        return forwarded.or(() -> single(request.headers(), HeaderNames.HOST)).orElse("");
    }

    /**
     * The network that the client is in: its IPv4 address, or the first 64 bits of its IPv6 address, which one machine
     * has to itself. Where the router says nothing, that of the peer.
     */
    public String network(ServerRequest request) {
        String peer = request.remotePeer().host();
        String address = isTrusted(request) ? single(request.headers(), FOR).orElse(peer) : peer;
        return Network.of(address);
    }

    /** A header that came exactly once. */
    private static Optional<String> single(ServerRequestHeaders headers, HeaderName name) {
        List<String> values = headers.contains(name) ? headers.get(name).allValues() : List.of();
        return values.size() == 1 && !values.getFirst().isBlank() ? Optional.of(values.getFirst()) : Optional.empty();
    }
}
