package dev.mcpgateway.router.middleware;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Web origins whose scripts are let in. An origin is compared as a whole: scheme, host and port.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-6.1">RFC 6454, section 6.1</a>
 */
public sealed interface Origins {
    /** No script at all. */
    record None() implements Origins {}

    /** Every https origin, and every origin on this machine's loopback, where local tools live. */
    record HttpsOrLoopback() implements Origins {}

    /** @param origins in lower case */
    record Listed(List<String> origins) implements Origins {
        public Listed {
            origins = List.copyOf(origins);
        }
    }

    /** The word for {@link HttpsOrLoopback} in a list. */
    String ANY = "*";

    Pattern ORIGIN = Pattern.compile(
            "(?<scheme>https?)://(?<host>[a-z0-9](?:[a-z0-9.-]{0,252})|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?");
    Pattern LOOPBACK = Pattern.compile("(?:.+\\.)?localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1]");

    /** Reads a list of origins; empty if one of them is none. {@code *} anywhere in it stands for the default. */
    static Optional<Origins> parse(List<String> written) {
        List<String> origins =
                written.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
        if (origins.contains(ANY)) {
            return Optional.of(new HttpsOrLoopback());
        }
        boolean wellFormed =
                origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches());
        return wellFormed ? Optional.of(new Listed(origins)) : Optional.empty();
    }

    /** @param origin the value of {@code Origin}; {@code null} as a value is nobody's origin */
    default boolean admits(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        return switch (this) {
            case None _ -> false;
            case Listed(var origins) -> origins.contains(lower);
            case HttpsOrLoopback _ -> isHttpsOrLoopback(lower);
        };
    }

    private static boolean isHttpsOrLoopback(String origin) {
        Matcher matcher = ORIGIN.matcher(origin);
        return matcher.matches()
                && (matcher.group("scheme").equals("https")
                        || LOOPBACK.matcher(matcher.group("host")).matches());
    }
}
