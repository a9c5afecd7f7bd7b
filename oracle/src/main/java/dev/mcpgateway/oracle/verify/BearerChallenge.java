package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.settings.ProtectedService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code WWW-Authenticate}: where to find out how to get a token, and what is wrong with the one sent.
 *
 * @param resourceMetadata absolute URL of the resource's metadata
 * @param scope space-separated: everything that the resource needs
 * @param error null if no token was sent
 * @param description null if no token was sent; printable ASCII without quotes and backslashes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, section 3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-5.1">RFC 9728, section 5.1</a>
 */
record BearerChallenge(
        String resourceMetadata,
        String scope,
        @Nullable String error,
        @Nullable String description) {
    /** For a request without a token. */
    static BearerChallenge of(ProtectedService service) {
        return new BearerChallenge(
                service.metadataUrl().toString(),
                String.join(" ", service.scopes().needed()),
                null,
                null);
    }

    BearerChallenge withError(String error, String description) {
        return new BearerChallenge(resourceMetadata, scope, error, description);
    }

    String toHeaderValue() {
        List<String> parts = new ArrayList<>();
        if (error != null) {
            parts.add(quoted("error", error));
        }
        if (description != null) {
            parts.add(quoted("error_description", description));
        }
        parts.add(quoted("resource_metadata", resourceMetadata));
        parts.add(quoted("scope", scope));
        return "Bearer " + String.join(", ", parts);
    }

    private static String quoted(String name, String value) {
        return name + "=\"" + value.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "?") + "\"";
    }
}
