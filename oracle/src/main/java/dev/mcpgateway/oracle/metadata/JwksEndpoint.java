package dev.mcpgateway.oracle.metadata;

import dev.mcpgateway.oracle.jwt.SigningKeys;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;

/**
 * {@code GET /jwks}, also at {@code /.well-known/jwks.json}: the public keys that access tokens can be verified with.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-5">RFC 7517, section 5</a>
 */
public final class JwksEndpoint implements HttpService {
    private final SigningKeys keys;

    public JwksEndpoint(SigningKeys keys) {
        this.keys = keys;
    }

    @Override
    public void routing(HttpRules rules) {
        Document.serve(rules, "/jwks", (_, response) -> Document.send(response, keys.toPublicJwks()));
        Document.serve(rules, "/.well-known/jwks.json", (_, response) -> Document.send(response, keys.toPublicJwks()));
    }
}
