package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.Busy;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import dev.mcpgateway.router.upstream.UpstreamException.RequestBodyFailed;
import dev.mcpgateway.router.upstream.UpstreamException.SessionUnavailable;
import dev.mcpgateway.router.upstream.UpstreamException.TimedOut;
import dev.mcpgateway.router.upstream.UpstreamException.UnknownSession;
import dev.mcpgateway.router.upstream.UpstreamResponse.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Spreads the requests of one upstream over its endpoints. Thread safe. */
final class LoadBalancer implements AutoCloseable {
    private static final int UNAVAILABLE = 503;

    private final Upstream upstream;
    private final UpstreamClient client;
    private final SessionAffinity affinity;
    private final Consumer<Endpoint> gone;
    private final Discovery discovery;
    private final EndpointChoice choice;
    private final WaitingLine line;
    private final Set<BalancedEndpoint> delisted = ConcurrentHashMap.newKeySet();
    private final Map<Endpoint, HealthMonitor> monitors = new HashMap<>();
    private volatile Map<Endpoint, BalancedEndpoint> endpoints = Map.of();
    private volatile Map<String, BalancedEndpoint> byTag = Map.of();
    private volatile boolean closed;

    /**
     * @param lookUpInterval between two looks at who is behind the names
     * @param gone gets each endpoint that is no longer one of the upstream's
     */
    LoadBalancer(
            Upstream upstream,
            UpstreamClient client,
            SessionAffinity affinity,
            Resolver resolver,
            Duration lookUpInterval,
            Consumer<Endpoint> gone) {
        this.upstream = upstream;
        this.client = client;
        this.affinity = affinity;
        this.gone = gone;
        this.choice = new EndpointChoice(upstream.balancing().policy());
        this.line = new WaitingLine(upstream.balancing().maxWaiting());
        this.discovery = new Discovery(upstream, resolver, lookUpInterval, this::update);
        discovery.start();
    }

    /**
     * As {@link UpstreamClient#send}, with a second try on another endpoint where that is harmless. Where all others
     * are out of order, one of them is tried nevertheless: it may be back, and nobody has noticed yet. A request with
     * {@link UpstreamTimeouts#whole} is a question, and another one is asked also where the first answers 503.
     */
    UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
        RequestWriter writer = RequestWriter.prepare(upstream.name(), request);
        Exchange.Times times = Exchange.Times.of(request.timeouts());
        BalancedEndpoint first = await(times);
        boolean alternative = hasAlternative(first);
        Attempt attempt = client.attempt(first.endpoint(), request, writer);
        UpstreamResponse answer;
        try {
            answer = run(attempt, first, request, alternative ? times.half() : times);
        } catch (UpstreamException e) {
            boolean inTime = !(e instanceof TimedOut) || !times.whole().never();
            boolean harmless = inTime && !isAbandoned() && attempt.mayGoElsewhere(e);
            boolean worthwhile = alternative || !(e instanceof TimedOut);
            Optional<BalancedEndpoint> other = harmless && worthwhile ? pick(first, true) : Optional.empty();
            if (other.isEmpty()) {
                throw e;
            }
            return run(other.get(), request, writer, times);
        }
        boolean undecided = answer.status() == UNAVAILABLE && !times.whole().never();
        Optional<BalancedEndpoint> other = undecided ? pick(first, false) : Optional.empty();
        if (other.isEmpty()) {
            return answer;
        }
        answer.close();
        return run(other.get(), request, writer, times);
    }

    /** Whether nobody waits for the answer any more: that the exchange ended is not the endpoint's fault then. */
    private static boolean isAbandoned() {
        return Thread.currentThread().isInterrupted();
    }

    /** As {@link #send(UpstreamRequest)}, on behalf of a user whose sessions stay where they were opened. */
    UpstreamResponse send(UpstreamRequest request, String user) throws UpstreamException {
        if (!upstream.balancing().affinity()) {
            return send(request);
        }
        SessionRequest known = SessionRequest.read(affinity, upstream, user, request);
        UpstreamResponse response =
                known.tag().isPresent() ? sendTo(known.tag().get(), known.request()) : send(known.request());
        boolean sealed = false;
        try {
            known.seal(response);
            sealed = true;
            return response;
        } finally {
            if (!sealed) {
                response.cancel();
            }
        }
    }

    /** To the endpoint with this tag or to none. */
    private UpstreamResponse sendTo(String tag, UpstreamRequest request) throws UpstreamException {
        Exchange.Times times = Exchange.Times.of(request.timeouts());
        awaitEndpoints(times);
        BalancedEndpoint home = byTag.get(tag);
        if (home == null) {
            throw new UnknownSession(upstream, "the endpoint of the session is gone");
        }
        if (!home.isUsable() && endpoints.values().stream().anyMatch(BalancedEndpoint::isUsable)) {
            throw new SessionUnavailable(home.endpoint(), "the endpoint of the session is out of order", null);
        }
        RequestWriter writer = RequestWriter.prepare(upstream.name(), request);
        enter(times, () -> home.tryEnter(true) ? Optional.of(home) : Optional.empty());
        try {
            return run(home, request, writer, times);
        } catch (CannotConnect e) {
            throw new SessionUnavailable(home.endpoint(), "the endpoint of the session cannot be reached", e);
        }
    }

    /** Whether anybody listens at one of the endpoints; asked by connecting. */
    boolean isReachable(Duration timeout) {
        discovery.awaitFirst(Deadline.after(timeout));
        return endpoints.keySet().stream().anyMatch(endpoint -> listens(endpoint, timeout));
    }

    boolean lists(Endpoint endpoint) {
        return endpoints.containsKey(endpoint);
    }

    UpstreamStatus status() {
        delisted.removeIf(BalancedEndpoint::isIdle);
        List<EndpointStatus> all = Stream.concat(endpoints.values().stream(), delisted.stream())
                .map(BalancedEndpoint::status)
                .toList();
        String url = upstream.servers().getFirst().url().toString();
        return new UpstreamStatus(upstream.name(), url, all, line.waiting(), discovery.problem());
    }

    /** Ends what goes on beside requests. Those in flight go on, and a late one still finds the endpoints. */
    @Override
    public synchronized void close() {
        closed = true;
        discovery.close();
        monitors.values().forEach(HealthMonitor::close);
        endpoints.keySet().forEach(gone);
    }

    private UpstreamResponse run(
            BalancedEndpoint endpoint, UpstreamRequest request, RequestWriter writer, Exchange.Times times)
            throws UpstreamException {
        return run(client.attempt(endpoint.endpoint(), request, writer), endpoint, request, times);
    }

    private UpstreamResponse run(
            Attempt attempt, BalancedEndpoint endpoint, UpstreamRequest request, Exchange.Times times)
            throws UpstreamException {
        boolean answered = false;
        try {
            UpstreamResponse response = attempt.run(times);
            endpoint.succeeded();
            settle(endpoint, request, response);
            answered = true;
            return response;
        } catch (UpstreamException e) {
            if (!isAbandoned() && !(e instanceof RequestBodyFailed || e instanceof Busy)) {
                endpoint.failed(e);
            }
            throw e;
        } finally {
            if (!answered) {
                endpoint.leave();
                over(endpoint);
            }
        }
    }

    /** An event stream of a GET is a subscription that may last for days: it does not take a request's place. */
    private void settle(BalancedEndpoint endpoint, UpstreamRequest request, UpstreamResponse response) {
        if (request.method().equals("GET") && response.isEventStream()) {
            response.whenSettled(_ -> {
                endpoint.endStream();
                over(endpoint);
            });
            endpoint.becomeStream();
            line.serve();
        } else {
            response.whenSettled(ending -> {
                endpoint.leave();
                judge(endpoint, ending);
                over(endpoint);
            });
        }
    }

    /** Streams that are subscriptions are not judged: many servers end them as they like. */
    private static void judge(BalancedEndpoint endpoint, Ending ending) {
        switch (ending) {
            case Ending.Complete _ -> endpoint.completed();
            case Ending.Broken(var why) when !isAbandoned() -> endpoint.brokeOff(why);
            case Ending.Broken _, Ending.Abandoned _ -> {}
        }
    }

    /** A request that outlived its endpoint's place in the list may have opened connections to it since. */
    private void over(BalancedEndpoint endpoint) {
        line.serve();
        if (closed || !lists(endpoint.endpoint())) {
            gone.accept(endpoint.endpoint());
        }
    }

    private BalancedEndpoint await(Exchange.Times times) throws UpstreamException {
        awaitEndpoints(times);
        if (endpoints.values().stream().noneMatch(BalancedEndpoint::takesRequests)) {
            throw nobody("no endpoint takes new requests");
        }
        return enter(times, () -> pick(null, true));
    }

    private void awaitEndpoints(Exchange.Times times) throws CannotConnect {
        if (endpoints.isEmpty()) {
            discovery.awaitFirst(times.connected());
            if (endpoints.isEmpty()) {
                throw nobody("looking the name up takes too long");
            }
        }
    }

    private CannotConnect nobody(String otherwise) {
        String problem = discovery.problem();
        return new CannotConnect(upstream, problem.isEmpty() ? otherwise : problem, null);
    }

    private BalancedEndpoint enter(Exchange.Times times, Supplier<Optional<BalancedEndpoint>> place) throws Busy {
        Deadline deadline = Deadline.after(upstream.balancing().maxWait()).orEarlier(times.whole());
        return line.enter(place, deadline)
                .orElseThrow(() -> new Busy(
                        upstream,
                        "every endpoint has %d requests in flight"
                                .formatted(upstream.balancing().maxRequests())));
    }

    private boolean hasAlternative(BalancedEndpoint first) {
        for (BalancedEndpoint endpoint : endpoints.values()) {
            if (endpoint != first && endpoint.takesRequests() && endpoint.isUsable()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes a place at an endpoint that is free.
     *
     * @param except not this one
     * @param anyhow whether, if all are out of order, one of them is tried nevertheless
     */
    private Optional<BalancedEndpoint> pick(@Nullable BalancedEndpoint except, boolean anyhow) {
        List<BalancedEndpoint> usable = new ArrayList<>();
        List<BalancedEndpoint> others = new ArrayList<>();
        for (BalancedEndpoint endpoint : endpoints.values()) {
            if (endpoint != except && endpoint.takesRequests()) {
                (endpoint.isUsable() ? usable : others).add(endpoint);
            }
        }
        boolean allOut = usable.isEmpty();
        List<BalancedEndpoint> candidates = allOut && anyhow ? others : usable;
        candidates.removeIf(endpoint -> !endpoint.hasRoom());
        boolean outrun = false;
        while (!candidates.isEmpty()) {
            BalancedEndpoint next = choice.next(candidates);
            if (next.tryEnter(allOut)) {
                return Optional.of(next);
            }
            outrun |= next.hasRoom();
            candidates.remove(next);
        }
        return outrun ? pick(except, anyhow) : Optional.empty(); // another request took the last trial: look again
    }

    private synchronized void update(Map<Endpoint, Double> found) {
        Map<Endpoint, BalancedEndpoint> before = endpoints;
        Map<Endpoint, BalancedEndpoint> now = new LinkedHashMap<>();
        found.forEach((endpoint, weight) -> {
            BalancedEndpoint known = before.get(endpoint);
            BalancedEndpoint balanced = known == null ? new BalancedEndpoint(upstream, endpoint) : known;
            balanced.weigh(weight);
            now.put(endpoint, balanced);
        });
        byTag = now.values().stream()
                .collect(Collectors.toUnmodifiableMap(
                        endpoint -> affinity.tag(upstream, endpoint.endpoint()),
                        endpoint -> endpoint,
                        (first, _) -> first)); // one address may be written with and without TLS
        endpoints = now;
        before.values().stream()
                .filter(endpoint -> !now.containsValue(endpoint))
                .forEach(this::delist);
        delisted.removeIf(BalancedEndpoint::isIdle);
        now.values().forEach(this::watch);
        line.serve();
    }

    private void delist(BalancedEndpoint endpoint) {
        endpoint.delist();
        delisted.add(endpoint);
        HealthMonitor monitor = monitors.remove(endpoint.endpoint());
        if (monitor != null) {
            monitor.close();
        }
        gone.accept(endpoint.endpoint());
    }

    private void watch(BalancedEndpoint endpoint) {
        boolean unchecked = upstream.balancing().health().probe() instanceof HealthCheck.Probe.None;
        if (!closed && !unchecked && !monitors.containsKey(endpoint.endpoint())) {
            HealthMonitor monitor = new HealthMonitor(endpoint, upstream, client, line::serve);
            monitors.put(endpoint.endpoint(), monitor);
            monitor.start();
        }
    }

    private static boolean listens(Endpoint endpoint, Duration timeout) {
        try {
            Connector.open(endpoint, Deadline.after(timeout)).close();
            return true;
        } catch (IOException _) {
            return false; // that is the answer
        }
    }
}
