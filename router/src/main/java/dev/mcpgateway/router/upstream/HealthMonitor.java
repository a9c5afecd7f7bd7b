package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Checks the health of one endpoint again and again, on a thread of its own. */
final class HealthMonitor implements AutoCloseable {
    private static final int SUSPICIOUS = 8;

    private final BalancedEndpoint endpoint;
    private final Upstream upstream;
    private final HealthCheck check;
    private final UpstreamClient client;
    private final Runnable changed;
    private final Thread thread;
    private boolean well = true;
    private int opposite;

    /** @param changed is told when the endpoint has become healthy or unhealthy */
    HealthMonitor(BalancedEndpoint endpoint, Upstream upstream, UpstreamClient client, Runnable changed) {
        this.endpoint = endpoint;
        this.upstream = upstream;
        this.check = upstream.balancing().health();
        this.client = client;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("health-" + upstream.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            // Somewhere within the interval, so that the checks of many endpoints do not come all at once.
            Thread.sleep(check.interval()
                    .multipliedBy(ThreadLocalRandom.current().nextInt(100))
                    .dividedBy(100));
            while (!Thread.currentThread().isInterrupted()) {
                count(problem());
                Thread.sleep(opposite > 0 ? check.interval().dividedBy(SUSPICIOUS) : check.interval());
            }
        } catch (InterruptedException _) {
            // closed: the endpoint is no longer one of the upstream's
        }
    }

    /** What is wrong; null if nothing is. */
    private @Nullable String problem() {
        return switch (check.probe()) {
            case HealthCheck.Probe.None _ -> null;
            case HealthCheck.Probe.Connect _ -> connectProblem();
            case HealthCheck.Probe.Get(var path) -> answerProblem(path);
        };
    }

    private @Nullable String connectProblem() {
        if (well && endpoint.hasAnsweredWithin(check.interval())) {
            return null;
        }
        try {
            Connector.open(endpoint.endpoint(), Deadline.after(check.timeout())).close();
            return null;
        } catch (IOException e) {
            return "health check: cannot connect: " + e.getMessage();
        }
    }

    private @Nullable String answerProblem(String path) {
        Duration time = check.timeout();
        UpstreamRequest request = new UpstreamRequest(
                "GET",
                path,
                HeaderList.of("Host", upstream.authority()),
                RequestBody.NONE,
                new UpstreamTimeouts(time, time, time, time));
        try (UpstreamResponse response = client.send(endpoint.endpoint(), request)) {
            return response.status() < 400 ? null : "health check: answered " + response.status();
        } catch (UpstreamException.Busy e) {
            return well ? null : "health check: " + e.getMessage(); // nothing was learned
        } catch (UpstreamException e) {
            return "health check: " + e.getMessage();
        }
    }

    private void count(@Nullable String problem) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        boolean asBefore = (problem == null) == well;
        opposite = asBefore ? 0 : opposite + 1;
        if (opposite >= (well ? check.unhealthyAfter() : check.healthyAfter())) {
            well = !well;
            opposite = 0;
            endpoint.judge(problem);
            changed.run();
        }
    }
}
