package dev.mcpgateway.oracle.metadata;

import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.util.Optional;

/**
 * {@code GET /.well-known/oauth-protected-resource/<path>}: describes the resource at that path of the host asked. The
 * form without a path describes the service that has the host for itself.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-3">RFC 9728, section 3</a>
 */
public final class ProtectedResourceMetadataEndpoint implements HttpService {
    private static final String PATH = ProtectedService.METADATA_PATH;

    private final OracleSettings settings;
    private final Services services;
    private final Forwarding forwarding;

    public ProtectedResourceMetadataEndpoint(OracleSettings settings, Forwarding forwarding) {
        this.settings = settings;
        this.services = settings.services();
        this.forwarding = forwarding;
    }

    @Override
    public void routing(HttpRules rules) {
        Document.serve(rules, PATH, this::describe);
        Document.serve(rules, PATH + "/*", this::describe);
    }

    private void describe(ServerRequest request, ServerResponse response) {
        find(request)
                .ifPresentOrElse(
                        service -> Document.send(response, document(service)),
                        () -> Document.sendNotFound(response, "no protected resource is described here"));
    }

    private Optional<ProtectedService> find(ServerRequest request) {
        String host = forwarding.host(request);
        String path = request.prologue().uriPath().rawPath().substring(PATH.length());
        return path.isEmpty() || path.equals("/")
                ? services.byOwnHost(host)
                : services.byResource("https://" + host + path);
    }

    private String document(ProtectedService service) {
        return Json.createObjectBuilder()
                .add("resource", service.resource())
                .add(
                        "authorization_servers",
                        Json.createArrayBuilder().add(settings.issuer().toString()))
                .add(
                        "scopes_supported",
                        Json.createArrayBuilder(service.scopes().needed()))
                .add("bearer_methods_supported", Json.createArrayBuilder().add("header"))
                .add("resource_name", service.name())
                .build()
                .toString();
    }
}
