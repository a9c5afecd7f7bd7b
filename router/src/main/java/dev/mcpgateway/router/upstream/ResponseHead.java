package dev.mcpgateway.router.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The head of a final answer.
 *
 * @param http10 whether the upstream speaks HTTP/1.0
 */
record ResponseHead(boolean http10, int status, String reason, HeaderList headers) {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final Pattern KEEP_ALIVE_TIMEOUT = Pattern.compile("timeout=[0-9]{1,6}");

    /** Whether an answer of this status has no body, whatever its fields say (RFC 9112, section 6.3). */
    boolean isBodiless() {
        return status == NO_CONTENT || status == NOT_MODIFIED;
    }

    boolean isChunked() {
        return headers.contains("Transfer-Encoding");
    }

    OptionalLong contentLength() {
        Optional<String> length = headers.first("Content-Length");
        return length.isPresent() ? OptionalLong.of(Long.parseLong(length.get())) : OptionalLong.empty();
    }

    /** Whether the upstream takes another request on the same connection. */
    boolean keepsAlive() {
        boolean promisesABody =
                status == NO_CONTENT && (isChunked() || contentLength().orElse(0) > 0);
        return !http10 && !promisesABody && !headers.elements("Connection").contains("close");
    }

    /** What the upstream announces in {@code Keep-Alive: timeout=5}. */
    Optional<Duration> keepAliveTimeout() {
        return headers.elements("Keep-Alive").stream()
                .filter(element -> KEEP_ALIVE_TIMEOUT.matcher(element).matches())
                .map(element -> Duration.ofSeconds(Long.parseLong(element.substring("timeout=".length()))))
                .findFirst();
    }
}
