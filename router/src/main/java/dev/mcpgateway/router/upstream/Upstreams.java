package dev.mcpgateway.router.upstream;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The living side of all {@link Upstream}s: who is behind them, how they are, and how many requests they have. Thread
 * safe.
 */
public final class Upstreams implements AutoCloseable {
    private static final Duration REACH_TIMEOUT = Duration.ofSeconds(1);

    private final UpstreamClient client;
    private final Resolver resolver;
    private final Duration lookUpInterval;
    private final SessionAffinity affinity;
    private final Map<Upstream, LoadBalancer> balancers = new ConcurrentHashMap<>();
    /** Null for all. */
    private volatile @Nullable Set<Upstream> wanted;

    private volatile boolean closed;

    /** With sessions that end with this object. */
    public Upstreams(UpstreamLimits limits, LookUp lookUp, Duration lookUpInterval) {
        this(limits, lookUp, lookUpInterval, SessionAffinity.alone());
    }

    /** @param lookUpInterval after which a name is looked up again */
    public Upstreams(UpstreamLimits limits, LookUp lookUp, Duration lookUpInterval, SessionAffinity affinity) {
        this.affinity = affinity;
        this.client = new UpstreamClient(limits);
        this.resolver = new Resolver(lookUp);
        this.lookUpInterval = lookUpInterval;
    }

    /** Starts to watch these, and stops to watch all others. Requests in flight go on. */
    public void retain(Collection<Upstream> upstreams) {
        wanted = Set.copyOf(upstreams);
        upstreams.forEach(this::balancer);
        balancers.keySet().forEach(this::stopUnwanted);
    }

    /**
     * Sends the request to one of the upstream's endpoints and waits for the head of the answer. The caller closes the
     * answer. If an endpoint fails, another one is tried once, provided that none of the request's bytes has reached a
     * socket, or that it is a {@code GET}, {@code HEAD} or {@code OPTIONS} without a body and nothing of an answer has
     * come. A request with {@link UpstreamTimeouts#whole} goes on to the other one also when the first stays silent for
     * half of its time, or answers 503.
     *
     * @throws UpstreamException if there is no answer; see its kinds
     */
    public UpstreamResponse send(Upstream upstream, UpstreamRequest request) throws UpstreamException {
        try {
            return balancer(upstream).send(request);
        } finally {
            stopUnwanted(upstream);
        }
    }

    /**
     * As {@link #send(Upstream, UpstreamRequest)}, on behalf of a user. A request with {@code Mcp-Session-Id} goes to
     * the endpoint that opened the session, under the id that the server gave it, and nowhere else; the client gets an
     * id of the router's instead. See {@link SessionAffinity}.
     *
     * @param user to whom alone the sessions that are opened by this request belong
     */
    public UpstreamResponse send(Upstream upstream, UpstreamRequest request, String user) throws UpstreamException {
        try {
            return balancer(upstream).send(request, user);
        } finally {
            stopUnwanted(upstream);
        }
    }

    /** Whether anybody listens at one of the upstream's endpoints; asked by connecting, each time. */
    public boolean isReachable(Upstream upstream) {
        return balancer(upstream).isReachable(REACH_TIMEOUT);
    }

    /** How everything is now, by name. */
    public List<UpstreamStatus> status() {
        return balancers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey((one, other) -> one.name().compareTo(other.name())))
                .map(entry -> entry.getValue().status())
                .toList();
    }

    /** Closes all connections; exchanges that are under way fail. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(balancers.keySet()).forEach(this::stop);
        resolver.close();
        client.close();
    }

    private LoadBalancer balancer(Upstream upstream) {
        if (closed) {
            throw new IllegalStateException("The upstreams are closed");
        }
        LoadBalancer balancer = balancers.get(upstream);
        return balancer != null ? balancer : balancers.computeIfAbsent(upstream, this::start);
    }

    private LoadBalancer start(Upstream upstream) {
        return new LoadBalancer(upstream, client, affinity, resolver, lookUpInterval, this::forget);
    }

    /** Also those that a late request, which went its way before {@link #retain}, has started anew. */
    private void stopUnwanted(Upstream upstream) {
        Set<Upstream> all = wanted;
        if (all != null && !all.contains(upstream)) {
            stop(upstream);
        }
    }

    private void stop(Upstream upstream) {
        LoadBalancer balancer = balancers.remove(upstream);
        if (balancer != null) {
            balancer.close();
        }
    }

    /** Endpoints that connections are kept to. */
    int pools() {
        return client.pools();
    }

    private void forget(Endpoint endpoint) {
        if (balancers.values().stream().noneMatch(balancer -> balancer.lists(endpoint))) {
            client.forget(endpoint);
        }
    }
}
