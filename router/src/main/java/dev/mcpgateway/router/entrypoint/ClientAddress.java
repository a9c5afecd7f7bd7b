package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and how: as the connection shows it, or as a trusted proxy tells. Everything that is said about a client
 * comes from here.
 *
 * @param address an IP address
 * @param scheme {@code https} or {@code http}, by which the client came to the outermost proxy that told
 * @param authority what the client asked that proxy for; null if it is what the request says
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>
 */
record ClientAddress(
        String address, String scheme, @Nullable String authority) {
    private static final Pattern ADDRESS = Pattern.compile("\\[(?<six>[0-9A-Fa-f:.]+)](?::[0-9]{1,5})?"
            + "|(?<four>[0-9.]{7,15})(?::[0-9]{1,5})?"
            + "|(?<bare>[0-9A-Fa-f:.]+)");
    private static final Pattern PAIR =
            Pattern.compile("\\s*(?<name>[A-Za-z-]+)=(?:\"(?<quoted>[^\"\\\\]*)\"|(?<token>[^\\s\";,]*))\\s*");

    /**
     * @param peer the other side of the connection
     * @param headers of the request, as received
     */
    static ClientAddress of(InetAddress peer, boolean secure, HeaderList headers, TrustedProxies trusted) {
        String scheme = secure ? "https" : "http";
        if (!trusted.contains(peer)) {
            return new ClientAddress(text(peer), scheme, null);
        }
        return switch (trusted.field()) {
            case X_FORWARDED -> {
                List<String> hops = headers.all("X-Forwarded-For").stream()
                        .flatMap(value -> List.of(value.split(",", -1)).stream())
                        .map(String::strip)
                        .toList();
                yield new ClientAddress(
                        text(client(peer, hops, trusted)),
                        scheme(last(headers.all("X-Forwarded-Proto")), scheme),
                        last(headers.all("X-Forwarded-Host")));
            }
            case FORWARDED -> ofForwarded(peer, scheme, headers, trusted);
        };
    }

    private static ClientAddress ofForwarded(
            InetAddress peer, String scheme, HeaderList headers, TrustedProxies trusted) {
        List<Map<String, String>> elements = elements(headers);
        List<String> hops = elements.stream()
                .map(element -> element.getOrDefault("for", ""))
                .toList();
        Map<String, String> nearest = elements.isEmpty() ? Map.of() : elements.getLast();
        return new ClientAddress(
                text(client(peer, hops, trusted)), scheme(nearest.get("proto"), scheme), nearest.get("host"));
    }

    /** From the nearest hop on, the first one that is not trusted; nobody behind it is believed. */
    private static InetAddress client(InetAddress peer, List<String> hops, TrustedProxies trusted) {
        InetAddress client = peer;
        for (String hop : hops.reversed()) {
            Optional<InetAddress> next = parse(hop);
            if (!trusted.contains(client) || next.isEmpty()) {
                break;
            }
            client = next.get();
        }
        return client;
    }

    private static Optional<InetAddress> parse(String hop) {
        Matcher matcher = ADDRESS.matcher(hop);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String literal = matcher.group("six") != null
                ? matcher.group("six")
                : matcher.group("four") != null ? matcher.group("four") : matcher.group("bare");
        return IpAddress.parse(literal);
    }

    /** Empty ones in place of what cannot be read, so that nothing before them is believed. */
    private static List<Map<String, String>> elements(HeaderList headers) {
        List<Map<String, String>> elements = new ArrayList<>();
        for (String value : headers.all("Forwarded")) {
            for (String element : value.split(",", -1)) {
                Map<String, String> pairs = new HashMap<>();
                for (String pair : element.split(";", -1)) {
                    Matcher matcher = PAIR.matcher(pair);
                    if (matcher.matches()) {
                        String text =
                                matcher.group("quoted") != null ? matcher.group("quoted") : matcher.group("token");
                        pairs.put(matcher.group("name").toLowerCase(Locale.ROOT), text);
                    }
                }
                elements.add(pairs);
            }
        }
        return elements;
    }

    private static String scheme(@Nullable String told, String seen) {
        String lower = told == null ? "" : told.toLowerCase(Locale.ROOT);
        return lower.equals("https") || lower.equals("http") ? lower : seen;
    }

    /** What the nearest proxy says. */
    private static @Nullable String last(List<String> values) {
        return values.isEmpty()
                ? null
                : values.getLast()
                        .substring(values.getLast().lastIndexOf(',') + 1)
                        .strip();
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
