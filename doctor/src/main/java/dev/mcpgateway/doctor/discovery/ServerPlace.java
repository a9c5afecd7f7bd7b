package dev.mcpgateway.doctor.discovery;

import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;

/**
 * Where clients look for the metadata of an authorization server, in their order.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3.1">RFC 8414, section 3.1</a>
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery</a>
 */
public enum ServerPlace {
    OAUTH("RFC 8414"),
    OPENID_INSERTED("OpenID Connect, the path behind"),
    OPENID_APPENDED("OpenID Connect, the path in front");

    private final String words;

    ServerPlace(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    URI at(URI issuer) {
        String path = Urls.path(issuer).replaceAll("/$", "");
        return Urls.at(
                issuer,
                switch (this) {
                    case OAUTH -> "/.well-known/oauth-authorization-server" + path;
                    case OPENID_INSERTED -> "/.well-known/openid-configuration" + path;
                    case OPENID_APPENDED -> path + "/.well-known/openid-configuration";
                });
    }
}
