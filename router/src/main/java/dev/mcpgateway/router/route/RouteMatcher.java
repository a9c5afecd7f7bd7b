package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which requests a route is for. Paths are compared byte for byte: ambiguous ones were refused before. */
public sealed interface RouteMatcher {
    /** @param name in lower case */
    record Host(String name) implements RouteMatcher {}

    /** Whole segments: {@code /mcp} matches {@code /mcp}, {@code /mcp/} and {@code /mcp/x}, not {@code /mcpx}. */
    record PathPrefix(String prefix) implements RouteMatcher {}

    /** As {@link PathPrefix}, but in whatever case the path is spelled. For what must not be reached. */
    record PathPrefixAnyCase(String prefix) implements RouteMatcher {}

    record Path(String path) implements RouteMatcher {}

    /** At least one of the parts. */
    record Any(List<RouteMatcher> parts) implements RouteMatcher {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Every part; with no parts, every request. */
    record All(List<RouteMatcher> parts) implements RouteMatcher {
        public All {
            parts = List.copyOf(parts);
        }
    }

    static RouteMatcher all(RouteMatcher... parts) {
        return new All(List.of(parts));
    }

    default boolean matches(RequestTarget target) {
        return switch (this) {
            case Host(var name) -> name.equals(target.host());
            case PathPrefix(var prefix) -> isPrefix(prefix, target.path());
            case PathPrefixAnyCase(var prefix) -> isPrefix(lower(prefix), lower(target.path()));
            case Path(var path) -> path.equals(target.path());
            case Any(var parts) -> parts.stream().anyMatch(part -> part.matches(target));
            case All(var parts) -> parts.stream().allMatch(part -> part.matches(target));
        };
    }

    /** As a person would write it, such as {@code Host(`x`) && PathPrefix(`/y`)}. */
    default String rule() {
        return switch (this) {
            case Host(var name) -> "Host(`" + name + "`)";
            case PathPrefix(var prefix) -> "PathPrefix(`" + prefix + "`)";
            case PathPrefixAnyCase(var prefix) -> "PathPrefixAnyCase(`" + prefix + "`)";
            case Path(var path) -> "Path(`" + path + "`)";
            case Any(var parts) -> parts.stream().map(RouteMatcher::rule).collect(Collectors.joining(" || ", "(", ")"));
            case All(var parts) -> parts.stream().map(RouteMatcher::rule).collect(Collectors.joining(" && "));
        };
    }

    private static boolean isPrefix(String prefix, String path) {
        return path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
