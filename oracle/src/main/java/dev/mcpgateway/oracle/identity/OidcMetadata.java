package dev.mcpgateway.oracle.identity;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenID provider says about itself.
 *
 * @param userinfoEndpoint null if it has none
 * @param takesBasic whether a client may send its secret as HTTP Basic authentication
 * @param sendsIssuer whether every answer in the browser names the issuer, as RFC 9207 says
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata">OpenID Connect Discovery
 *     1.0, section 3</a>
 */
record OidcMetadata(
        URI authorizationEndpoint,
        URI tokenEndpoint,
        URI jwksUri,
        @Nullable URI userinfoEndpoint,
        boolean takesBasic,
        boolean sendsIssuer) {
    /** Empty if it is another issuer's, or lacks an endpoint, or has one that is not as safe as the issuer's URL. */
    static Optional<OidcMetadata> parse(JsonObject document, URI issuer) {
        Optional<URI> authorization = endpoint(document, "authorization_endpoint", issuer);
        Optional<URI> token = endpoint(document, "token_endpoint", issuer);
        Optional<URI> jwks = endpoint(document, "jwks_uri", issuer);
        if (!issuer.toString().equals(document.getString("issuer", ""))
                || authorization.isEmpty()
                || token.isEmpty()
                || jwks.isEmpty()) {
            return Optional.empty();
        }
        boolean takesBasic = !(document.get("token_endpoint_auth_methods_supported") instanceof JsonArray methods)
                || methods.contains(Json.createValue("client_secret_basic"));
        return Optional.of(new OidcMetadata(
                authorization.get(),
                token.get(),
                jwks.get(),
                endpoint(document, "userinfo_endpoint", issuer).orElse(null),
                takesBasic,
                document.getBoolean("authorization_response_iss_parameter_supported", false)));
    }

    private static Optional<URI> endpoint(JsonObject document, String name, URI issuer) {
        String text = document.getString(name, "");
        try {
            URI url = new URI(text);
            boolean safe = "https".equals(url.getScheme())
                    || ("http".equals(url.getScheme()) && "http".equals(issuer.getScheme()));
            return Optional.of(url).filter(_ -> safe && url.getHost() != null && url.getRawFragment() == null);
        } catch (URISyntaxException _) { // not a URL, as good as none
            return Optional.empty();
        }
    }
}
