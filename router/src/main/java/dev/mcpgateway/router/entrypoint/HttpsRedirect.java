package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import java.io.IOException;
import java.util.function.Predicate;

/** The handler of the plain listener: sends clients of configured hosts to HTTPS and forwards nothing itself. */
public final class HttpsRedirect implements Handler {
    private static final int HTTPS_PORT = 443;

    private final Predicate<String> knows;
    private final String port;
    private final Handler secure;

    /**
     * @param knows whether a host, in lower case, has routes
     * @param publicPort by which clients reach the HTTPS entry point
     * @param secure for requests that came over HTTPS to a trusted proxy
     */
    public HttpsRedirect(Predicate<String> knows, int publicPort, Handler secure) {
        this.secure = secure;
        this.knows = knows;
        this.port = publicPort == HTTPS_PORT ? "" : ":" + publicPort;
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        if (exchange.scheme().equals("https")) {
            secure.handle(exchange);
            return;
        }
        RequestTarget target = exchange.target();
        exchange.addHeader("X-Request-Id", exchange.requestId());
        if (!knows.test(target.host())) {
            throw RefusedRequest.of(404, "not_found", "No service has this host name here");
        }
        HeaderList location = HeaderList.of("Location", "https://" + target.host() + port + target.raw());
        exchange.answer(308, location, new byte[0]);
    }
}
