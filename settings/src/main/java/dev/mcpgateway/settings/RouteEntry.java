package dev.mcpgateway.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One route as it was written. Its reader reports what is missing or cannot be.
 *
 * @param priority 1 to 1,000,000; the highest is tried first. If not written, the length of the rule
 * @param service whose requests go where this service's go
 * @param upstream a URL, instead of a service
 * @param open whether {@code auth: none} was written, so that nobody is asked who calls
 * @param middlewares names, in the order in which they act
 */
public record RouteEntry(
        String name,
        Optional<String> rule,
        OptionalInt priority,
        Optional<String> service,
        Optional<String> upstream,
        boolean open,
        List<String> middlewares) {
    /** The largest priority. */
    public static final int MAX_PRIORITY = 1_000_000;

    public RouteEntry {
        middlewares = List.copyOf(middlewares);
    }

    static RouteEntry read(String name, YamlSection section) {
        RouteEntry entry = new RouteEntry(
                name,
                section.text("rule"),
                section.value("priority", Format.integer(1, MAX_PRIORITY)).stream()
                        .mapToInt(Integer::intValue)
                        .findFirst(),
                section.text("service"),
                section.text("upstream"),
                section.value("auth", Format.choice("verified", "none"))
                        .filter("none"::equals)
                        .isPresent(),
                Objects.requireNonNullElse(section.texts("middlewares"), List.of()));
        section.refuseTheRest();
        return entry;
    }
}
