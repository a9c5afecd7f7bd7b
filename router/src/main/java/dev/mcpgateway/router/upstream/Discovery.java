package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamUrl.Place;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the endpoints of an upstream, once and then again and again, on a thread of its own. Where a look-up fails, the
 * addresses that it gave last are still good.
 */
final class Discovery implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Discovery.class.getName());
    /** Less than requests wait for a connection, so that one silent name does not hide the others. */
    private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final Upstream upstream;
    private final Resolver resolver;
    private final Duration interval;
    private final Consumer<Map<Endpoint, Double>> found;
    private final Map<String, List<InetAddress>> known = new HashMap<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final Thread thread;
    private volatile String problem = "";

    /**
     * @param interval between two look-ups
     * @param found gets all endpoints with their weights, after the first look-up and whenever they have changed
     */
    Discovery(Upstream upstream, Resolver resolver, Duration interval, Consumer<Map<Endpoint, Double>> found) {
        this.upstream = upstream;
        this.resolver = resolver;
        this.interval = interval;
        this.found = found;
        this.thread = Thread.ofVirtual().name("discovery-" + upstream.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the names have been looked up once, whatever came of it. */
    void awaitFirst(Deadline deadline) {
        try {
            boolean _ = first.await(deadline.millisLeft(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the caller finds no endpoints and gives up
        }
    }

    /** Why the last look-up failed; empty if it did not. */
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        Map<Endpoint, Double> last = Map.of();
        while (!Thread.currentThread().isInterrupted()) {
            Map<Endpoint, Double> now = lookUp();
            if (!now.equals(last)) {
                tell(now);
                last = now;
            }
            first.countDown();
            if (!pause(now.isEmpty() ? RETRY_INTERVAL : interval)) {
                return;
            }
        }
    }

    /** Whatever goes wrong with one answer, the next one is still looked up. */
    private void tell(Map<Endpoint, Double> endpoints) {
        try {
            found.accept(endpoints);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "upstream event=lookup-lost upstream=" + upstream.name(), e);
        }
    }

    private Map<Endpoint, Double> lookUp() {
        Map<Endpoint, Double> endpoints = new LinkedHashMap<>();
        String trouble = "";
        for (Upstream.Server server : upstream.servers()) {
            switch (server.url().place()) {
                case Place.Socket(var file) ->
                    endpoints.merge(new Endpoint.Unix(file), (double) server.weight(), Double::sum);
                case Place.Host host -> {
                    try {
                        known.put(host.name(), resolver.resolve(host.name(), Deadline.after(LOOK_UP_TIMEOUT)));
                    } catch (IOException e) {
                        trouble = host.name() + ": " + e.getMessage();
                    }
                    List<InetAddress> addresses = known.getOrDefault(host.name(), List.of());
                    double share = (double) server.weight() / Math.max(1, addresses.size());
                    addresses.forEach(address -> endpoints.merge(host.at(address), share, Double::sum));
                }
            }
        }
        report(trouble);
        return endpoints;
    }

    private void report(String trouble) {
        boolean closed = Thread.currentThread().isInterrupted();
        if (!trouble.isEmpty() && problem.isEmpty() && !closed) {
            LOG.log(
                    Level.WARNING,
                    "upstream event=lookup-failed upstream={0} reason=\"{1}\"",
                    upstream.name(),
                    trouble);
        }
        problem = trouble;
    }

    /** False if there is to be no next look-up. */
    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException _) {
            return false; // closed
        }
    }
}
