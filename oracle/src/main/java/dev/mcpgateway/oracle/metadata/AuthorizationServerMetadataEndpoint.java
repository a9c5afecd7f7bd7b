package dev.mcpgateway.oracle.metadata;

import dev.mcpgateway.oracle.client.ClientAssertions;
import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.Scopes;
import dev.mcpgateway.oracle.settings.Services;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code GET /.well-known/oauth-authorization-server}: what this authorization server can do. Clients also look for it
 * below a service's path, on a service's host and where OpenID Connect has it; everywhere the document is the same.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414, section 3</a>
 */
public final class AuthorizationServerMetadataEndpoint implements HttpService {
    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";

    private final OracleSettings settings;
    private final Services services;
    private final Forwarding forwarding;

    public AuthorizationServerMetadataEndpoint(OracleSettings settings, Forwarding forwarding) {
        this.settings = settings;
        this.services = settings.services();
        this.forwarding = forwarding;
    }

    @Override
    public void routing(HttpRules rules) {
        Document.serve(rules, OAUTH, (_, response) -> Document.send(response, document(settings)));
        Document.serve(rules, OPENID, (_, response) -> Document.send(response, document(settings)));
        Document.serve(
                rules, OAUTH + "/*", (request, response) -> describe(request, response, pathBelow(request, OAUTH)));
        Document.serve(
                rules, OPENID + "/*", (request, response) -> describe(request, response, pathBelow(request, OPENID)));
    }

    private void describe(ServerRequest request, ServerResponse response, String servicePath) {
        if (servicePath.equals("/")
                || services.byForwarded(forwarding.host(request), servicePath).isPresent()) {
            Document.send(response, document(settings));
        } else {
            Document.sendNotFound(response, "no service of this gateway is at this path");
        }
    }

    private static String pathBelow(ServerRequest request, String wellKnown) {
        return request.prologue().uriPath().rawPath().substring(wellKnown.length());
    }

    private static String document(OracleSettings settings) {
        String issuer = settings.issuer().toString();
        JsonObjectBuilder document = Json.createObjectBuilder();
        if (settings.registration().isOffered()) {
            document.add("registration_endpoint", issuer + "/register");
        }
        return document.add("issuer", issuer)
                .add("authorization_endpoint", issuer + "/authorize")
                .add("token_endpoint", issuer + "/token")
                .add("device_authorization_endpoint", issuer + "/device_authorization")
                .add("revocation_endpoint", issuer + "/revoke")
                .add("introspection_endpoint", issuer + "/introspect")
                .add("pushed_authorization_request_endpoint", issuer + "/par")
                .add("jwks_uri", issuer + "/jwks")
                .add("scopes_supported", Json.createArrayBuilder(scopes(settings)))
                .add("response_types_supported", array("code"))
                .add("response_modes_supported", array("query"))
                .add(
                        "grant_types_supported",
                        array(
                                "authorization_code",
                                "refresh_token",
                                ClientMetadata.DEVICE_CODE,
                                ClientMetadata.CLIENT_CREDENTIALS))
                .add("code_challenge_methods_supported", array("S256"))
                .add(
                        "token_endpoint_auth_methods_supported",
                        authenticationMethods().add("none"))
                .add("token_endpoint_auth_signing_alg_values_supported", algorithms())
                .add(
                        "revocation_endpoint_auth_methods_supported",
                        authenticationMethods().add("none"))
                .add("revocation_endpoint_auth_signing_alg_values_supported", algorithms())
                .add("introspection_endpoint_auth_methods_supported", authenticationMethods())
                .add("introspection_endpoint_auth_signing_alg_values_supported", algorithms())
                .add("authorization_response_iss_parameter_supported", true)
                .add(
                        "client_id_metadata_document_supported",
                        settings.registration().takesDocuments())
                .build()
                .toString();
    }

    /** Those of all services, and the one that some clients need to see before they use refresh tokens. */
    private static List<String> scopes(OracleSettings settings) {
        return Stream.concat(
                        settings.services().all().stream().flatMap(service -> service.scopes().all().stream()),
                        Stream.of(Scopes.OFFLINE_ACCESS))
                .distinct()
                .toList();
    }

    private static JsonArrayBuilder authenticationMethods() {
        return array("client_secret_basic", "client_secret_post", ClientMetadata.PRIVATE_KEY);
    }

    private static JsonArrayBuilder algorithms() {
        return Json.createArrayBuilder(ClientAssertions.ALGORITHMS);
    }

    private static JsonArrayBuilder array(String... values) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (String value : values) {
            array.add(value);
        }
        return array;
    }
}
