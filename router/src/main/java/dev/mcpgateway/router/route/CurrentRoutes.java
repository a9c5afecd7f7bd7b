package dev.mcpgateway.router.route;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The route table that counts now. It is replaced as a whole: a request looks at one table, and goes its way by that
 * one to its end. Thread safe.
 */
public final class CurrentRoutes {
    private volatile RouteTable table;
    private volatile @Nullable Rejection rejection;

    /**
     * A newer configuration that does not count.
     *
     * @param problems all of its problems
     */
    public record Rejection(Instant since, List<String> problems) {
        public Rejection {
            problems = List.copyOf(problems);
        }
    }

    public CurrentRoutes(RouteTable table) {
        this.table = table;
    }

    public RouteTable table() {
        return table;
    }

    /** From now on this one counts. */
    public void replace(RouteTable next) {
        table = next;
        rejection = null;
    }

    /** The table stays, although there is a newer configuration. */
    public void reject(Rejection newer) {
        rejection = newer;
    }

    /** Why the newest configuration does not count; empty if it does. */
    public Optional<Rejection> rejection() {
        return Optional.ofNullable(rejection);
    }
}
