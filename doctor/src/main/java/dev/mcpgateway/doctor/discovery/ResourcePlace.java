package dev.mcpgateway.doctor.discovery;

import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;

/**
 * Where clients look for the metadata of a resource, in their order.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-3.1">RFC 9728, section 3.1</a>
 */
public enum ResourcePlace {
    /** Where the challenge says. */
    CHALLENGE("the document that the challenge names"),
    /** With the path of the resource behind the well-known one. */
    PATH("the document at the resource's path"),
    /** At the root of the host. */
    ROOT("the document at the root");

    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final String words;

    ResourcePlace(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    static URI path(URI service) {
        return Urls.at(service, WELL_KNOWN + Urls.path(service));
    }

    static URI root(URI service) {
        return Urls.at(service, WELL_KNOWN);
    }
}
