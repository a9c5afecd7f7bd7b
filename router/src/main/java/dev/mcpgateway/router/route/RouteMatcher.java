package dev.mcpgateway.router.route;

import dev.mcpgateway.router.match.Network;
import dev.mcpgateway.router.match.Regexp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which requests a route is for. Paths are compared byte for byte: ambiguous ones were refused before.
 * {@link RuleParser} makes one of a rule, {@link #rule} makes a rule of it.
 */
public sealed interface RouteMatcher {
    /** @param name in lower case */
    record Host(String name) implements RouteMatcher {}

    /** @param regexp looked for in the host in lower case, without port */
    record HostRegexp(Regexp regexp) implements RouteMatcher {}

    record Path(String path) implements RouteMatcher {}

    /**
     * Whole segments: {@code /mcp} matches {@code /mcp}, {@code /mcp/} and {@code /mcp/x}, not {@code /mcpx};
     * {@code /mcp/} what is below it; {@code /} everything.
     */
    record PathPrefix(String prefix) implements RouteMatcher {}

    /** As {@link PathPrefix}, but in whatever case the path is spelled. For what must not be reached. */
    record PathPrefixAnyCase(String prefix) implements RouteMatcher {}

    record PathRegexp(Regexp regexp) implements RouteMatcher {}

    /** @param name upper and lower case count */
    record Method(String name) implements RouteMatcher {}

    /**
     * One of the fields of that name has this value.
     *
     * @param name in any case
     */
    record Header(String name, String value) implements RouteMatcher {
        @Override
        public boolean equals(Object other) {
            return other instanceof Header header && header.name.equalsIgnoreCase(name) && header.value.equals(value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /** @param name in any case */
    record HeaderRegexp(String name, Regexp regexp) implements RouteMatcher {
        @Override
        public boolean equals(Object other) {
            return other instanceof HeaderRegexp header
                    && header.name.equalsIgnoreCase(name)
                    && header.regexp.equals(regexp);
        }

        @Override
        public int hashCode() {
            return regexp.hashCode();
        }
    }

    /** One of the parameters of that name has this value; {@code ?x} and {@code ?x=} have the empty one. */
    record Query(String name, String value) implements RouteMatcher {}

    record QueryRegexp(String name, Regexp regexp) implements RouteMatcher {}

    record ClientIp(Network network) implements RouteMatcher {}

    record Not(RouteMatcher part) implements RouteMatcher {}

    /** At least one of the parts, of which there are two or more. */
    record Any(List<RouteMatcher> parts) implements RouteMatcher {
        public Any {
            parts = atLeastTwo(parts);
        }
    }

    /** Every part, of which there are two or more. */
    record All(List<RouteMatcher> parts) implements RouteMatcher {
        public All {
            parts = atLeastTwo(parts);
        }
    }

    static RouteMatcher all(RouteMatcher... parts) {
        return new All(List.of(parts));
    }

    default boolean matches(RequestView request) {
        String path = request.target().path();
        return switch (this) {
            case Host(var name) -> name.equals(request.target().host());
            case HostRegexp(var regexp) -> regexp.isFoundIn(request.target().host());
            case Path(var exact) -> exact.equals(path);
            case PathPrefix(var prefix) -> isPrefix(prefix, path);
            case PathPrefixAnyCase(var prefix) -> isPrefix(lower(prefix), lower(path));
            case PathRegexp(var regexp) -> regexp.isFoundIn(path);
            case Method(var name) -> name.equals(request.target().method());
            case Header(var name, var value) -> request.headers().all(name).contains(value);
            case HeaderRegexp(var name, var regexp) ->
                request.headers().all(name).stream().anyMatch(regexp::isFoundIn);
            case Query(var name, var value) ->
                QueryParameters.anyMatch(request.target().query(), name, value::equals);
            case QueryRegexp(var name, var regexp) ->
                QueryParameters.anyMatch(request.target().query(), name, regexp::isFoundIn);
            case ClientIp(var network) -> network.contains(request.remoteAddress());
            case Not(var part) -> !part.matches(request);
            case Any(var parts) -> parts.stream().anyMatch(part -> part.matches(request));
            case All(var parts) -> parts.stream().allMatch(part -> part.matches(request));
        };
    }

    /** As a person would write it, such as {@code Host(`x`) && PathPrefix(`/y`)}. */
    default String rule() {
        return switch (this) {
            case Host(var name) -> call("Host", name);
            case HostRegexp(var regexp) -> call("HostRegexp", regexp.toString());
            case Path(var path) -> call("Path", path);
            case PathPrefix(var prefix) -> call("PathPrefix", prefix);
            case PathPrefixAnyCase(var prefix) -> call("PathPrefixAnyCase", prefix);
            case PathRegexp(var regexp) -> call("PathRegexp", regexp.toString());
            case Method(var name) -> call("Method", name);
            case Header(var name, var value) -> call("Header", name, value);
            case HeaderRegexp(var name, var regexp) -> call("HeaderRegexp", name, regexp.toString());
            case Query(var name, var value) -> call("Query", name, value);
            case QueryRegexp(var name, var regexp) -> call("QueryRegexp", name, regexp.toString());
            case ClientIp(var network) -> call("ClientIP", network.toString());
            case Not(var part) -> "!" + part.operand();
            case Any(var parts) -> parts.stream().map(RouteMatcher::operand).collect(Collectors.joining(" || "));
            case All(var parts) -> parts.stream().map(RouteMatcher::operand).collect(Collectors.joining(" && "));
        };
    }

    /** The only hosts whose requests it can match; empty if the rule names none, so that it may be any. */
    default Optional<Set<String>> hosts() {
        return switch (this) {
            case Host(var name) -> Optional.of(Set.of(name));
            case All(var parts) ->
                parts.stream()
                        .flatMap(part -> part.hosts().stream())
                        .reduce((some, others) ->
                                some.stream().filter(others::contains).collect(Collectors.toSet()));
            case Any(var parts) -> {
                List<Set<String>> known =
                        parts.stream().flatMap(part -> part.hosts().stream()).toList();
                yield known.size() == parts.size()
                        ? Optional.of(known.stream().flatMap(Set::stream).collect(Collectors.toSet()))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /** Whether some {@link HostRegexp} of the rule, wherever it stands, is found in this host. */
    default boolean namesByPattern(String host) {
        return switch (this) {
            case HostRegexp(var regexp) -> regexp.isFoundIn(host);
            case Any(var parts) -> parts.stream().anyMatch(part -> part.namesByPattern(host));
            case All(var parts) -> parts.stream().anyMatch(part -> part.namesByPattern(host));
            default -> false;
        };
    }

    private String operand() {
        return this instanceof Any || this instanceof All ? "(" + rule() + ")" : rule();
    }

    private static String call(String name, String... values) {
        return List.of(values).stream().map(RuleScanner::quote).collect(Collectors.joining(", ", name + "(", ")"));
    }

    private static List<RouteMatcher> atLeastTwo(List<RouteMatcher> parts) {
        if (parts.size() < 2) {
            throw new IllegalArgumentException("Fewer than two parts are no alternative and no conjunction");
        }
        return List.copyOf(parts);
    }

    static boolean isPrefix(String prefix, String path) {
        return path.startsWith(prefix)
                && (prefix.endsWith("/") || path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
