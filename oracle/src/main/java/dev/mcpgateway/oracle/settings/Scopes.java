package dev.mcpgateway.oracle.settings;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can be granted for a service.
 *
 * @param needed every request needs them, so they are granted to clients that ask for nothing
 * @param optional granted to clients that ask for them; what they allow is up to the MCP server
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.3">RFC 6749, section 3.3</a>
 */
public record Scopes(List<String> needed, List<String> optional) {
    /** Of services whose operator has named none. */
    public static final Scopes DEFAULT = new Scopes(List.of("mcp"), List.of());

    /** Asks for what every client gets, a refresh token; it is not a thing to be granted. */
    public static final String OFFLINE_ACCESS = "offline_access";

    public Scopes {
        needed = List.copyOf(needed);
        optional = List.copyOf(optional);
    }

    /** All of them, the needed ones first. */
    public List<String> all() {
        return Stream.concat(needed.stream(), optional.stream()).distinct().toList();
    }

    /**
     * What can be granted of what was asked for.
     *
     * @param asked separated by spaces; blank if the client named none
     * @return separated by spaces; empty if nothing of it can be granted
     */
    public Optional<String> grant(String asked) {
        List<String> wanted = parse(asked);
        List<String> granted = wanted.isEmpty()
                ? needed
                : all().stream().filter(wanted::contains).toList();
        return granted.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", granted));
    }

    /** Whether a token of this scope has everything that is needed. */
    public boolean suffice(String scope) {
        return parse(scope).containsAll(needed);
    }

    private static List<String> parse(String scope) {
        return Stream.of(scope.split(" ", -1))
                .filter(value -> !value.isEmpty() && !value.equals(OFFLINE_ACCESS))
                .toList();
    }
}
