package dev.mcpgateway.router.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The {@code name=value} pairs of a query, decoded as forms are. A pair that cannot be decoded is nobody's. */
final class QueryParameters {
    private QueryParameters() {}

    /**
     * Whether there is such a parameter.
     *
     * @param query with its question mark, or empty
     * @param value of which one must pass; a parameter without {@code =} has an empty value
     */
    static boolean anyMatch(String query, String name, Predicate<String> value) {
        return !query.isEmpty()
                && Stream.of(query.substring(1).split("&", -1)).anyMatch(pair -> isMatch(pair, name, value));
    }

    private static boolean isMatch(String pair, String name, Predicate<String> value) {
        String[] parts = pair.split("=", 2);
        try {
            return decode(parts[0]).equals(name) && value.test(parts.length == 1 ? "" : decode(parts[1]));
        } catch (IllegalArgumentException _) {
            return false; // a percent sign without two digits
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
