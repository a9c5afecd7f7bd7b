package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import java.net.URI;
import java.util.List;

/**
 * An MCP server behind the gateway.
 *
 * @param name one DNS label, as in {@code gateway.yaml}
 * @param resource the URL that clients connect to and tokens are bound to, such as {@code https://echo.example.com/mcp}
 * @param policy who may use it
 * @param scopes what can be granted for it
 * @param tools who may call which of its tools
 * @param wantsAssertion whether it is told who calls by a signed statement as well
 * @param introspectors ids of clients that may look at its tokens
 */
public record ProtectedService(
        String name,
        String resource,
        AccessPolicy policy,
        Scopes scopes,
        ToolRules tools,
        boolean wantsAssertion,
        List<String> introspectors) {
    public ProtectedService {
        introspectors = List.copyOf(introspectors);
    }

    /** Below it, on every host with services, is what clients need to know about a resource. */
    public static final String METADATA_PATH = "/.well-known/oauth-protected-resource";

    /**
     * Where this resource's metadata is, such as
     * {@code https://echo.example.com/.well-known/oauth-protected-resource/mcp}.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-3.1">RFC 9728, section 3.1</a>
     */
    public URI metadataUrl() {
        URI url = URI.create(resource);
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + METADATA_PATH + url.getRawPath());
    }
}
