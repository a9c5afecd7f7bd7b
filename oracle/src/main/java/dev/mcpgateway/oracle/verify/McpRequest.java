package dev.mcpgateway.oracle.verify;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of an MCP request say that its body says too. A server of the version that introduced them refuses a
 * request whose body differs; of an older version nothing that they say can be relied on.
 *
 * @param method such as {@code tools/call}
 * @param name of the tool, resource or prompt; empty if there is none
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports">MCP, streamable HTTP</a>
 */
record McpRequest(String method, Optional<String> name) {
    static final String CALL_TOOL = "tools/call";

    /** The first version with these headers. */
    static final String FIRST_VERSION = "2026-07-28";

    private static final HeaderName VERSION = HeaderNames.create("MCP-Protocol-Version");
    private static final HeaderName METHOD = HeaderNames.create("Mcp-Method");
    private static final HeaderName NAME = HeaderNames.create("Mcp-Name");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern ENCODED = Pattern.compile("=\\?base64\\?(?<value>.*)\\?=");

    /**
     * Empty where the headers are missing, repeated or malformed, or the version is older than they are; also for a
     * call without a tool.
     */
    static Optional<McpRequest> of(ServerRequest request) {
        boolean reliable = single(request, VERSION)
                .filter(DATE.asMatchPredicate())
                .filter(version -> version.compareTo(FIRST_VERSION) >= 0)
                .isPresent();
        boolean named = request.headers().contains(NAME);
        Optional<String> name = single(request, NAME).flatMap(McpRequest::decoded);
        if (!reliable || (named && name.isEmpty())) {
            return Optional.empty();
        }
        return single(request, METHOD)
                .filter(method -> name.isPresent() || !method.equals(CALL_TOOL))
                .map(method -> new McpRequest(method, name));
    }

    private static Optional<String> single(ServerRequest request, HeaderName header) {
        List<String> values = request.headers().contains(header)
                ? request.headers().get(header).allValues()
                : List.of();
        return values.size() == 1 && !values.getFirst().isBlank()
                ? Optional.of(values.getFirst().strip())
                : Optional.empty();
    }

    /** Names that are not plain ASCII travel as base64 between marks. */
    private static Optional<String> decoded(String value) {
        Matcher encoded = ENCODED.matcher(value);
        if (!encoded.matches()) {
            return Optional.of(value);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded.group("value"));
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException _) { // it names nothing then
            return Optional.empty();
        }
    }
}
