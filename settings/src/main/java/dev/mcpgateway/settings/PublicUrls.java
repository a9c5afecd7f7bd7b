package dev.mcpgateway.settings;

import java.net.URI;

/**
 * What the world calls us: the authorization server's URL and each service's. Router and oracle derive the same URLs
 * from the same settings, never from a request.
 *
 * @param issuer https, without path or trailing slash, such as {@code https://auth.example.com}
 * @param baseDomain lower case, such as {@code example.com}
 * @param pathForm whether services live below the issuer instead of on hosts of their own
 */
public record PublicUrls(URI issuer, String baseDomain, boolean pathForm) {
    /** Reads BASE_DOMAIN, ISSUER and SERVICE_URLS. */
    public static PublicUrls read(Settings settings) {
        String baseDomain = settings.get(KnownSettings.BASE_DOMAIN);
        URI issuer = settings.find(KnownSettings.ISSUER).orElseGet(() -> URI.create("https://auth." + baseDomain));
        String path = issuer.getRawPath();
        if (path != null && !path.isEmpty()) {
            settings.problems()
                    .add(
                            "ISSUER=%s is not accepted: accepted is an https URL without a path, without a slash at its end"
                                    .formatted(issuer));
        }
        return new PublicUrls(
                issuer, baseDomain, settings.get(KnownSettings.SERVICE_URLS).equals("path"));
    }

    /**
     * The URL that a person gives to an MCP client, which is also the resource that tokens are bound to:
     * {@code https://echo.example.com/mcp}, or {@code https://auth.example.com/echo/mcp} in path form.
     */
    public URI service(String name) {
        return pathForm
                ? URI.create(issuer + "/" + name + "/mcp")
                : URI.create("https://" + name + "." + baseDomain + port() + "/mcp");
    }

    /** Services on hosts of their own listen on the same port as the issuer. */
    private String port() {
        return issuer.getPort() == -1 ? "" : ":" + issuer.getPort();
    }
}
