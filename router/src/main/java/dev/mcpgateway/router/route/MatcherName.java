package dev.mcpgateway.router.route;

import dev.mcpgateway.router.match.Network;
import dev.mcpgateway.router.match.Regexp;
import dev.mcpgateway.router.route.RuleScanner.Token;
import dev.mcpgateway.settings.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may be written in a rule before the parentheses, and what may stand in them. */
enum MatcherName {
    HOST("Host", value -> new RouteMatcher.Host(check(Values.HOST, value.toLowerCase(Locale.ROOT), Values.A_HOST))),
    HOST_REGEXP("HostRegexp", value -> new RouteMatcher.HostRegexp(hostRegexp(value))),
    PATH("Path", value -> new RouteMatcher.Path(check(Values.PATH, value, Values.A_PATH))),
    PATH_PREFIX("PathPrefix", value -> new RouteMatcher.PathPrefix(check(Values.PATH, value, Values.A_PATH))),
    PATH_PREFIX_ANY_CASE(
            "PathPrefixAnyCase", value -> new RouteMatcher.PathPrefixAnyCase(check(Values.PATH, value, Values.A_PATH))),
    PATH_REGEXP("PathRegexp", value -> new RouteMatcher.PathRegexp(Regexp.parse(value))),
    METHOD("Method", value -> new RouteMatcher.Method(check(Values.METHOD, value, Values.A_METHOD))),
    CLIENT_IP("ClientIP", value -> new RouteMatcher.ClientIp(network(value))),
    HEADER("Header", (name, value) -> new RouteMatcher.Header(headerName(name), value)),
    HEADERS("Headers", (name, value) -> new RouteMatcher.Header(headerName(name), value)),
    HEADER_REGEXP(
            "HeaderRegexp", (name, value) -> new RouteMatcher.HeaderRegexp(headerName(name), Regexp.parse(value))),
    HEADERS_REGEXP(
            "HeadersRegexp", (name, value) -> new RouteMatcher.HeaderRegexp(headerName(name), Regexp.parse(value))),
    QUERY("Query", RouteMatcher.Query::new),
    QUERY_REGEXP("QueryRegexp", (name, value) -> new RouteMatcher.QueryRegexp(name, Regexp.parse(value)));

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
    private final Reader reader;

    /** What the values of a matcher are. Readers throw {@link IllegalArgumentException} saying what is accepted. */
    private sealed interface Reader {
        /** One value or several alternatives. */
        record Alternatives(Function<String, RouteMatcher> read) implements Reader {}

        /** A name and a value. */
        record Pair(NamedValue read) implements Reader {}
    }

    private interface NamedValue {
        RouteMatcher read(String name, String value);
    }

    /** Forms of values. */
    private static final class Values {
        static final Pattern HOST = Pattern.compile("[a-z0-9](?:[a-z0-9_.-]{0,252})|\\[[0-9a-f:.]{2,45}]");
        static final String A_HOST = "a host name without port; for patterns there is HostRegexp";
        static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^?#]]*");
        static final String A_PATH = "a path that starts with a slash, without query, in visible ASCII characters";
        static final Pattern METHOD = Pattern.compile("[A-Z]{1,32}");
        static final String A_METHOD = "a method in capitals, such as GET";
        static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_|~`-]{1,100}");
        static final Pattern TEMPLATE = Pattern.compile("\\{[A-Za-z0-9_]*:.*");
    }

    MatcherName(String text, Function<String, RouteMatcher> read) {
        this.text = text;
        this.reader = new Reader.Alternatives(read);
    }

    MatcherName(String text, NamedValue read) {
        this.text = text;
        this.reader = new Reader.Pair(read);
    }

    static MatcherName parse(Token name) throws RuleException {
        List<String> known = Stream.of(values()).map(matcher -> matcher.text).toList();
        for (MatcherName matcher : values()) {
            if (matcher.text.equals(name.text())) {
                return matcher;
            }
        }
        String accepted =
                known.stream().filter(text -> !text.startsWith("Headers")).collect(Collectors.joining(", "));
        String hint = known.stream()
                .filter(text -> text.equalsIgnoreCase(name.text()))
                .findFirst()
                .or(() -> Nearest.of(name.text(), known))
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        throw new RuleException(
                name.column(),
                "found '%s', which is no matcher%s Accepted are %s"
                        .formatted(name.text(), hint.isEmpty() ? "." : hint, accepted));
    }

    /** Makes the matcher, at least one value given. */
    RouteMatcher matcher(Token name, List<Token> values) throws RuleException {
        return switch (reader) {
            case Reader.Alternatives(var read) -> alternatives(read, values);
            case Reader.Pair(var read) -> pair(read, name, values);
        };
    }

    private static RouteMatcher alternatives(Function<String, RouteMatcher> read, List<Token> values)
            throws RuleException {
        List<RouteMatcher> matchers = new ArrayList<>();
        for (Token value : values) {
            try {
                matchers.add(read.apply(value.text()));
            } catch (IllegalArgumentException e) {
                throw refused(value, e);
            }
        }
        return matchers.size() == 1 ? matchers.getFirst() : new RouteMatcher.Any(matchers);
    }

    private RouteMatcher pair(NamedValue read, Token name, List<Token> values) throws RuleException {
        boolean flag = this == QUERY && values.size() == 1;
        if (values.size() != 2 && !flag) {
            throw new RuleException(
                    name.column(),
                    "%s has %d value(s); accepted are a name and a value".formatted(text, values.size()));
        }
        try {
            return read.read(
                    values.getFirst().text(), flag ? "" : values.getLast().text());
        } catch (IllegalArgumentException e) {
            throw refused(values.getLast(), e);
        }
    }

    private static RuleException refused(Token value, IllegalArgumentException why) {
        return new RuleException(value.column(), "%s: %s".formatted(value.found(), why.getMessage()));
    }

    private static String check(Pattern form, String value, String accepted) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException("accepted is " + accepted);
        }
        return value;
    }

    private static String headerName(String name) {
        return check(Values.HEADER_NAME, name, "the name of a header and a value");
    }

    private static Regexp hostRegexp(String value) {
        if (Values.TEMPLATE.matcher(value).lookingAt()) {
            throw new IllegalArgumentException(
                    "this is Traefik v2's {name:pattern}; accepted is a regular expression such as ^[a-z]+\\.example\\.com$");
        }
        return Regexp.parse(value);
    }

    private static Network network(String value) {
        return Network.parse(value)
                .orElseThrow(() -> new IllegalArgumentException(
                        "accepted is an IP address or a network such as 10.0.0.0/8 or fd00::/8"));
    }
}
