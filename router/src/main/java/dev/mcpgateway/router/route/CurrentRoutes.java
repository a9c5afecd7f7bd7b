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
    private volatile @Nullable LabelReport labels;

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

    /**
     * What became of containers' labels.
     *
     * @param problem why they are not known now, so that those known last count; empty if they are
     * @param notes what does not count of them, or in another way
     */
    public record LabelReport(String problem, List<String> notes) {
        public LabelReport {
            notes = List.copyOf(notes);
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

    /** From now on this is to be said about labels. */
    public void report(LabelReport report) {
        labels = report;
    }

    /** What is to be said about labels; empty if they are not read. */
    public Optional<LabelReport> labels() {
        return Optional.ofNullable(labels);
    }

    /** Why the newest configuration does not count; empty if it does. */
    public Optional<Rejection> rejection() {
        return Optional.ofNullable(rejection);
    }
}
