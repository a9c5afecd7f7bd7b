package dev.mcpgateway.router.upstream;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A blocking HTTP/1.1 client that changes nothing it is given, meant for virtual threads. Thread safe.
 *
 * <p>A request is sent a second time, on a new connection, only if none of its bytes reached a socket, or if it is a
 * {@code GET}, {@code HEAD} or {@code OPTIONS} without a body and a kept connection ended before the first byte of the
 * answer. A {@code POST} is never sent twice.
 */
public final class UpstreamClient implements AutoCloseable {
    private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

    private final UpstreamLimits limits;
    private final Map<Endpoint, ConnectionPool> pools = new ConcurrentHashMap<>();
    private final Set<ConnectionPool> retired = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    public UpstreamClient(UpstreamLimits limits) {
        this.limits = limits;
        Thread.ofVirtual().name("upstream-sweeper").start(this::sweepUntilClosed);
    }

    /**
     * Sends the request and waits for the head of the answer. The caller closes the answer. Interrupting the thread
     * ends the wait with an exception and closes the connection.
     *
     * @throws UpstreamException if there is no answer; see its kinds
     */
    public UpstreamResponse send(Endpoint endpoint, UpstreamRequest request) throws UpstreamException {
        RequestWriter writer = RequestWriter.prepare(endpoint.authority(), request);
        return attempt(endpoint, request, writer).run(Exchange.Times.of(request.timeouts()));
    }

    /** One try of a request at one endpoint, to be run once. */
    Attempt attempt(Endpoint endpoint, UpstreamRequest request, RequestWriter writer) {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("The upstream client is closed");
        }
        return new Attempt(request, writer, pools.computeIfAbsent(endpoint, this::newPool), limits);
    }

    int pools() {
        return pools.size() + retired.size();
    }

    /** Closes connections to the endpoint as soon as they are not in use. */
    void forget(Endpoint endpoint) {
        ConnectionPool pool = pools.remove(endpoint);
        if (pool != null) {
            retired.add(pool);
            pool.retire();
        }
    }

    /** Closes all connections; exchanges that are under way fail. */
    @Override
    public void close() {
        closed.countDown();
        pools.values().forEach(ConnectionPool::close);
        retired.forEach(ConnectionPool::close);
    }

    private ConnectionPool newPool(Endpoint endpoint) {
        return new ConnectionPool(endpoint, limits);
    }

    private void sweepUntilClosed() {
        try {
            while (!closed.await(SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                pools.values().forEach(ConnectionPool::sweep);
                retired.forEach(ConnectionPool::sweep);
                retired.removeIf(ConnectionPool::isQuiet);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }
}
