package dev.mcpgateway.router.route;

/** Tells people why a rule does not match a request. */
public final class Mismatch {
    private Mismatch() {}

    /**
     * The first part of the rule that decides against the request, and what the request has instead. Values of headers
     * and parameters, which may be credentials, are not repeated.
     */
    public static String of(RouteMatcher matcher, RequestView request) {
        return switch (matcher) {
            case RouteMatcher.All(var parts) ->
                parts.stream()
                        .filter(part -> !part.matches(request))
                        .findFirst()
                        .map(part -> of(part, request))
                        .orElse("");
            case RouteMatcher.Not(var part) -> "%s: but %s matches".formatted(matcher.rule(), part.rule());
            case RouteMatcher.Any _ -> "none of %s matches".formatted(matcher.rule());
            default -> "%s: %s".formatted(matcher.rule(), actual(matcher, request));
        };
    }

    private static String actual(RouteMatcher matcher, RequestView request) {
        return switch (matcher) {
            case RouteMatcher.Host _, RouteMatcher.HostRegexp _ ->
                "the host is " + request.target().host();
            case RouteMatcher.Path _,
                    RouteMatcher.PathPrefix _,
                    RouteMatcher.PathPrefixAnyCase _,
                    RouteMatcher.PathRegexp _ ->
                "the path is " + request.target().path();
            case RouteMatcher.Method _ -> "the method is " + request.target().method();
            case RouteMatcher.Header(var name, var _) -> header(name, request);
            case RouteMatcher.HeaderRegexp(var name, var _) -> header(name, request);
            case RouteMatcher.Query _, RouteMatcher.QueryRegexp _ -> "the query has no such parameter";
            case RouteMatcher.ClientIp _ -> "the address is " + request.remoteAddress();
            case RouteMatcher.Not _, RouteMatcher.Any _, RouteMatcher.All _ -> "";
        };
    }

    private static String header(String name, RequestView request) {
        return request.headers().contains(name) ? "the header has another value" : "there is no such header";
    }
}
