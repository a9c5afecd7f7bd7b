package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.upstream.HeaderList;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Cross-origin requests of scripts, without credentials: a script proves itself by its token.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
public final class Cors {
    private static final String METHODS = "GET, POST, DELETE, OPTIONS";
    private static final String EXPOSED = "WWW-Authenticate, Mcp-Session-Id, Mcp-Protocol-Version";
    private static final String MAX_AGE_SECONDS = "86400";
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{0,2048}");

    private Cors() {}

    /**
     * Turns away scripts of origins that are not admitted. Requests without an origin are not from scripts.
     *
     * @throws RefusedRequest 403
     */
    public static void requireOrigin(ClientExchange exchange, Origins origins) throws RefusedRequest {
        List<String> values = exchange.headers().all("Origin");
        if (values.size() > 1 || values.stream().anyMatch(origin -> !origins.admits(origin))) {
            throw RefusedRequest.of(
                    403, "origin_not_allowed", "Scripts of this origin may not use the service; see its `origins`");
        }
    }

    /** Lets scripts of an admitted origin read the answer, whatever it will be. */
    public static void expose(ClientExchange exchange, Origins origins) {
        exchange.addHeader("Vary", "Origin");
        admitted(exchange, origins).ifPresent(origin -> {
            exchange.addHeader("Access-Control-Allow-Origin", origin);
            exchange.addHeader("Access-Control-Expose-Headers", EXPOSED);
        });
    }

    /** A browser's question whether a script may send its request. Such a question carries no token. */
    public static boolean isPreflight(ClientExchange exchange) {
        HeaderList headers = exchange.headers();
        return exchange.target().method().equals("OPTIONS")
                && headers.contains("Origin")
                && headers.contains("Access-Control-Request-Method");
    }

    /** Answers that question after {@link #expose}; it goes no further. */
    public static void answerPreflight(ClientExchange exchange, Origins origins) throws IOException {
        HeaderList.Builder answer = HeaderList.builder();
        if (admitted(exchange, origins).isPresent()) {
            answer.add("Access-Control-Allow-Methods", METHODS).add("Access-Control-Max-Age", MAX_AGE_SECONDS);
            exchange.headers()
                    .first("Access-Control-Request-Headers")
                    .filter(names -> HEADER_NAMES.matcher(names).matches())
                    .ifPresent(names -> answer.add("Access-Control-Allow-Headers", names));
        }
        exchange.answer(204, answer.build(), new byte[0]);
    }

    private static Optional<String> admitted(ClientExchange exchange, Origins origins) {
        List<String> values = exchange.headers().all("Origin");
        return values.size() == 1 ? Optional.of(values.getFirst()).filter(origins::admits) : Optional.empty();
    }
}
