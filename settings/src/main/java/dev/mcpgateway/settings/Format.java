package dev.mcpgateway.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a setting is written.
 *
 * @param accepts what is accepted, in words that fit behind "accepted is"
 * @param secret whether the value must never be shown
 * @param parse gives empty for what is not accepted
 * @param standIn takes the place of a required value that is missing, so that reading goes on to the next problem
 */
public record Format<T>(String accepts, boolean secret, Function<String, Optional<T>> parse, Supplier<T> standIn) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,10})(ms|s|m|h|d)?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    public static Format<String> text(String accepts) {
        return new Format<>(accepts, false, Optional::of, () -> "");
    }

    /** Text that a pattern matches as a whole. */
    static Format<String> matching(String accepts, String pattern, String standIn) {
        Pattern compiled = Pattern.compile(pattern);
        return new Format<>(
                accepts,
                false,
                value ->
                        Optional.of(value).filter(text -> compiled.matcher(text).matches()),
                () -> standIn);
    }

    public static Format<Secret> secret(String accepts) {
        return new Format<>(accepts, true, value -> Optional.of(Secret.of(value)), Secret::random);
    }

    public static Format<Path> path(String accepts) {
        return new Format<>(accepts, false, value -> Optional.of(Path.of(value)), () -> Path.of("stand-in"));
    }

    public static Format<String> hostName() {
        return new Format<>(
                "a host name such as example.com",
                false,
                value -> Optional.of(value.toLowerCase(Locale.ROOT))
                        .filter(name -> HOST_NAME.matcher(name).matches()),
                () -> "stand-in.invalid");
    }

    public static Format<String> choice(String... values) {
        return new Format<>(
                "one of " + String.join(", ", values),
                false,
                value -> Arrays.stream(values).filter(value::equalsIgnoreCase).findFirst(),
                () -> values[0]);
    }

    /** Comma-separated; blanks around items and empty items are dropped. */
    public static Format<List<String>> list(String accepts) {
        return new Format<>(
                accepts,
                false,
                value -> Optional.of(Stream.of(value.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList()),
                List::of);
    }

    /** Bounds are inclusive. */
    public static Format<Integer> integer(int min, int max) {
        return new Format<>(
                "a whole number from " + min + " to " + max,
                false,
                value -> {
                    try {
                        return Optional.of(Integer.parseInt(value)).filter(number -> number >= min && number <= max);
                    } catch (NumberFormatException _) {
                        return Optional.empty(); // reported with what is accepted
                    }
                },
                () -> min);
    }

    /** A number with a unit, or a bare number of seconds as in the reference stack. Bounds are inclusive. */
    public static Format<Duration> duration(Duration min, Duration max) {
        String accepts = "a duration from %s to %s, such as 30s, 15m, 12h or 30d; a bare number is seconds"
                .formatted(words(min), words(max));
        return new Format<>(
                accepts,
                false,
                value -> parseDuration(value)
                        .filter(duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0),
                () -> min);
    }

    /** So many in a time; a bare 0 for no limit. */
    public static Format<Rate> rate() {
        return new Format<>(
                "a number and a time such as 600/1m or 20/10s, or 0 for no limit",
                false,
                value -> {
                    String[] parts = value.split("/", -1);
                    if (value.equals("0")) {
                        return Optional.of(new Rate(0, Duration.ofSeconds(1)));
                    }
                    if (parts.length != 2 || !parts[0].matches("[1-9][0-9]{0,6}")) {
                        return Optional.empty();
                    }
                    return parseDuration(parts[1])
                            .filter(Duration::isPositive)
                            .map(period -> new Rate(Integer.parseInt(parts[0]), period));
                },
                () -> new Rate(0, Duration.ofSeconds(1)));
    }

    /** An absolute URL with one of the schemes, a host, and neither user info nor fragment nor query. */
    public static Format<URI> url(String... schemes) {
        String accepts = "a URL that begins with "
                + Stream.of(schemes).map(scheme -> scheme + "://").collect(Collectors.joining(" or "));
        return new Format<>(
                accepts,
                false,
                value -> parseUrl(value).filter(url -> List.of(schemes).contains(url.getScheme())),
                () -> URI.create(schemes[0] + "://stand-in.invalid"));
    }

    /** As {@link #url}: https, or http where nobody can listen in because the host is this machine. */
    public static Format<URI> secureUrl() {
        return new Format<>(
                "a URL that begins with https://; http:// only for 127.0.0.1, [::1] or localhost",
                false,
                value -> parseUrl(value).filter(Format::isSecure),
                () -> URI.create("https://stand-in.invalid"));
    }

    private static boolean isSecure(URI url) {
        return switch (url.getScheme()) {
            case "https" -> true;
            case "http" -> LOOPBACK.matcher(url.getHost()).matches();
            default -> false;
        };
    }

    /** Shortest exact form, such as {@code 90s} or {@code 30d}. */
    static String words(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds > 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds > 0 && seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        if (seconds > 0 && seconds % 60 == 0) {
            return seconds / 60 + "m";
        }
        return seconds + "s";
    }

    private static Optional<Duration> parseDuration(String value) {
        var matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return Optional.of(
                switch (unit) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    case "d" -> Duration.ofDays(amount);
                    default -> Duration.ofSeconds(amount);
                });
    }

    static Optional<URI> parseUrl(String value) {
        try {
            URI url = URI.create(value);
            boolean plain = url.getScheme() != null
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && url.getRawQuery() == null;
            return plain ? Optional.of(url) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // reported with what is accepted
        }
    }
}
