package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.web.Message;
import io.jstach.jstache.JStache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * {@code /console}: how the oracle is, what happened in the last hour, and who may use which service.
 *
 * @param version of this program
 * @param storeAnswers whether the store does
 */
@JStache(path = "console/overview")
record OverviewPage(
        Visit visit, Instant now, String version, boolean storeAnswers, List<Plot> plots, List<ServiceRow> services)
        implements ConsolePage {
    OverviewPage {
        plots = List.copyOf(plots);
        services = List.copyOf(services);
    }

    /**
     * A service.
     *
     * @param rules who may use it, as written
     * @param tools who may call which of its tools, as written
     */
    record ServiceRow(String name, String resource, List<String> rules, List<String> tools, String scopes) {
        ServiceRow {
            rules = List.copyOf(rules);
            tools = List.copyOf(tools);
        }

        boolean admitsNobody() {
            return rules.isEmpty();
        }
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public String html() {
        return OverviewPageRenderer.of().execute(this);
    }

    String asOf() {
        return Message.of("console_as_of", now.truncatedTo(ChronoUnit.SECONDS)).in(language());
    }

    String running() {
        return Message.of("console_version", version).in(language());
    }
}
