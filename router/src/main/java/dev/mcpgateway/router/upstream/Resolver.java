package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks names up with a time-out. The system's look-up blocks its thread, so it has a few platform threads of its own
 * and cannot hold up the carriers of the virtual ones.
 */
final class Resolver implements AutoCloseable {
    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("upstream-resolver-", 0).factory());

    private final LookUp lookUp;

    Resolver(LookUp lookUp) {
        this.lookUp = lookUp;
    }

    /** All addresses behind the name in the system's order, at least one. */
    List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return lookUp(host, deadline); // a name, not a literal
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private List<InetAddress> lookUp(String host, Deadline deadline) throws IOException {
        Future<List<InetAddress>> answer;
        try {
            answer = threads.submit(() -> lookUp.find(host));
        } catch (RejectedExecutionException e) {
            throw new IOException("the resolver is closed", e);
        }
        try {
            return answer.get(deadline.millisLeft(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the name does not resolve", e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("resolving the name takes too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while resolving the name", e);
        }
    }
}
