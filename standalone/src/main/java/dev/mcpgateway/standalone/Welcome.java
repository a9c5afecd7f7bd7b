package dev.mcpgateway.standalone;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** What the quick start tells a person once it is ready. */
final class Welcome {
    private Welcome() {}

    static String text(URI issuer, Map<String, URI> services, Path caFile, int httpPort) {
        String urls = services.entrySet().stream()
                .map(service -> "  %-12s %s%n".formatted(service.getKey(), service.getValue()))
                .collect(Collectors.joining());
        String first = services.keySet().iterator().next();
        URI url = services.values().iterator().next();
        return """

                The gateway is running. Give one of these URLs to your MCP client:

                %s
                Sign in with any user name you like: this sign-in is for this computer only.
                A page about it: %s   (http://localhost:%d leads there too)

                The certificate is signed by an authority made for this computer; a client has to trust it:
                  %s
                  Node clients:  export NODE_EXTRA_CA_CERTS='%s'
                  curl:          curl --cacert '%s' ...
                  a browser:     import the file as an authority

                Ready-made lines, in a shell where NODE_EXTRA_CA_CERTS is set as above:
                  mcp-remote:    npx mcp-remote@0.15.1 %s
                  Inspector:     npx @modelcontextprotocol/inspector@2.12.0
                                 then choose Streamable HTTP and enter %s
                  Claude Code:   claude mcp add --transport http %s %s

                In another terminal: ops/gateway check-health | clients | grants | revoke-user local:NAME
                Ctrl-C stops the gateway; what it knows is kept.""".formatted(urls, issuer, httpPort, caFile, caFile, caFile, url, url, first, url);
    }
}
