package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.discovery.Document;
import dev.mcpgateway.doctor.discovery.ServerPlace;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the authorization server's metadata is where clients look, agrees with itself, and offers what they need.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414">RFC 8414</a>
 */
final class ServerMetadataCheck implements Check {
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "k");

    @Override
    public String name() {
        return "Authorization server";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Set<String> seen = new HashSet<>();
        return examination.forEachService("authorization server", discovery -> {
            List<Finding> findings = new ArrayList<>();
            String issuer = discovery.issuer().orElse(Urls.origin(discovery.service()));
            if (seen.add(issuer)) {
                findings.addAll(examine(discovery, issuer, examination));
            }
            atService(discovery).ifPresent(findings::add);
            return findings;
        });
    }

    private static List<Finding> examine(Discovery discovery, String issuer, Examination examination) {
        List<Finding> findings = new ArrayList<>();
        if (discovery.serverInUse().isEmpty()) {
            discovery.serverPlaces().forEach(place -> findings.add(nowhere(place.getValue())));
            return findings;
        }
        Document inUse = discovery.serverInUse().get();
        for (Map.Entry<ServerPlace, Document> place : discovery.serverPlaces()) {
            findings.add(
                    place.getValue().isThere()
                            ? issuer(place.getValue(), issuer)
                            : missing(place.getKey(), place.getValue(), inUse));
        }
        capabilities(discovery, inUse, findings);
        endpoints(inUse, findings);
        keys(inUse, examination).ifPresent(findings::add);
        return findings;
    }

    private static Finding nowhere(Document document) {
        return Finding.problem(
                document.uri(),
                "no metadata of an authorization server: " + document.answer().words(),
                "Clients do not find out how to sign in, or guess addresses.",
                "Serve the metadata in one of these places, without sign-in; RFC 8414 has the form.");
    }

    private static Finding missing(ServerPlace place, Document document, Document inUse) {
        String what = "none here (%s); clients that look for %s go on"
                .formatted(document.answer().words(), place.words());
        int status = document.answer().status();
        boolean stopsClients = status == 401 || status == 403 || status >= 500;
        if (stopsClients) {
            return Finding.warning(
                    document.uri(),
                    "metadata: " + document.answer().words(),
                    "Clients that look here first take this for an error and stop; a 404 lets them go on.",
                    "Serve the same document as at %s, or 404.".formatted(inUse.uri()));
        }
        return place == ServerPlace.OAUTH
                ? Finding.warning(
                        document.uri(),
                        "metadata: " + document.answer().words(),
                        "Clients before MCP 2025-11-25 look here only.",
                        "Serve the same document as at %s here too.".formatted(inUse.uri()))
                : Finding.ok(document.uri(), what);
    }

    private static Finding issuer(Document document, String issuer) {
        String found = document.text("issuer").orElse("");
        return found.equals(issuer)
                ? Finding.ok(document.uri(), "is of the issuer " + issuer)
                : Finding.problem(
                        document.uri(),
                        found.isEmpty()
                                ? "names no issuer"
                                : "is of the issuer %s, but clients came for %s".formatted(found, issuer),
                        "Clients must compare the two byte for byte and refuse metadata of another issuer (RFC 8414,"
                                + " section 3.3); a slash at the end counts.",
                        "Write the same issuer in this document and in authorization_servers of the resource's"
                                + " metadata.");
    }

    private static void capabilities(Discovery discovery, Document server, List<Finding> findings) {
        List<String> challenges = server.list("code_challenge_methods_supported");
        if (!challenges.contains("S256")) {
            findings.add(Finding.problem(
                    server.uri(),
                    "does not say that it takes PKCE with S256",
                    "MCP clients must refuse to sign in at such a server.",
                    "Add \"code_challenge_methods_supported\": [\"S256\"], and require PKCE."));
        }
        if (challenges.contains("plain")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "takes PKCE with plain",
                    "It protects nothing against those who see the request.",
                    "Take S256 alone."));
        }
        if (!server.isTrue("client_id_metadata_document_supported") && !server.has("registration_endpoint")) {
            findings.add(Finding.problem(
                    server.uri(),
                    "offers neither registration nor client id metadata documents",
                    "Clients cannot introduce themselves; each would have to be given a client_id by hand, which claude.ai"
                            + " and most others do not ask for.",
                    "Offer client id metadata documents and RFC 7591 registration."));
        } else if (!server.has("registration_endpoint")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "offers no registration",
                    "ChatGPT, Cursor, mcp-remote and older clients can introduce themselves in no other way.",
                    "Offer RFC 7591 registration beside client id metadata documents."));
        }
        if (server.has("token_endpoint_auth_methods_supported")
                && !server.list("token_endpoint_auth_methods_supported").contains("none")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "does not list none among token_endpoint_auth_methods_supported",
                    "Clients on people's machines have no secret; some refuse, and none uses its metadata document.",
                    "Add none, and require PKCE."));
        }
        List<String> grants = server.list("grant_types_supported");
        if (!grants.isEmpty() && !grants.contains("refresh_token")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "issues no refresh tokens",
                    "People have to sign in anew whenever the access token expires.",
                    "Offer the grant type refresh_token."));
        }
        if (grants.contains("implicit") || grants.contains("password")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "offers the grant types %s".formatted(String.join(", ", grants)),
                    "OAuth 2.1 has neither implicit nor password: the first leaks tokens, the second passwords.",
                    "Take them away."));
        }
        if (!server.isTrue("authorization_response_iss_parameter_supported")) {
            findings.add(Finding.warning(
                    server.uri(),
                    "does not put iss into its authorization responses",
                    "Clients that use several servers cannot tell which one answered (RFC 9207); MCP will require it.",
                    "Send iss, and set authorization_response_iss_parameter_supported."));
        }
        scopes(discovery, server, findings);
    }

    private static void scopes(Discovery discovery, Document server, List<Finding> findings) {
        List<String> known = server.list("scopes_supported");
        List<String> unknown =
                discovery.resourceInUse().map(resource -> resource.list("scopes_supported")).orElse(List.of()).stream()
                        .filter(scope -> !known.contains(scope))
                        .toList();
        if (!known.isEmpty() && !unknown.isEmpty()) {
            findings.add(Finding.warning(
                    server.uri(),
                    "does not list the scopes %s of the resource's metadata".formatted(String.join(", ", unknown)),
                    "Clients take the scopes from either document, and one of them may be refused.",
                    "List the same scopes in the challenge and in both documents."));
        }
    }

    private static void endpoints(Document server, List<Finding> findings) {
        for (String name : List.of("authorization_endpoint", "token_endpoint", "registration_endpoint", "jwks_uri")) {
            Optional<String> text = server.text(name);
            boolean isRequired = name.equals("authorization_endpoint") || name.equals("token_endpoint");
            if (text.isEmpty() && isRequired) {
                findings.add(Finding.problem(
                        server.uri(), "has no " + name, "Clients cannot sign in.", "Add it as an absolute https URL."));
            } else if (text.isPresent()
                    && server.url(name)
                            .filter(url -> url.getScheme().equals("https"))
                            .isEmpty()) {
                findings.add(Finding.problem(
                        server.uri(),
                        "%s is not an absolute https URL: %s".formatted(name, text.get()),
                        "Clients refuse it. http:// behind a proxy that ends TLS shows that the server believes what it"
                                + " sees instead of its settings.",
                        "Write the absolute https URL."));
            }
        }
    }

    private static Optional<Finding> keys(Document server, Examination examination) {
        Optional<URI> uri = server.url("jwks_uri");
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        Answer answer = examination.web().document(uri.get(), Discovery.DOCUMENT_HEADERS);
        Optional<JsonArray> keys = answer.status() == 200
                ? answer.json().map(object -> object.get("keys")).flatMap(ServerMetadataCheck::array)
                : Optional.empty();
        if (keys.isEmpty()) {
            return Optional.of(Finding.problem(
                    uri.get(),
                    "no key set: " + answer.words(),
                    "Whoever verifies tokens by themselves cannot.",
                    "Serve the public keys as JSON with a member keys (RFC 7517)."));
        }
        boolean isLeaking = keys.get().stream()
                .anyMatch(key -> key instanceof JsonObject object
                        && object.keySet().stream().anyMatch(PRIVATE_MEMBERS::contains));
        return Optional.of(
                isLeaking
                        ? Finding.problem(
                                uri.get(),
                                "publishes PRIVATE keys",
                                "Everybody can make tokens that count.",
                                "Take them away at once, make new keys, and end every connection.")
                        : Finding.ok(
                                uri.get(),
                                "%d public key(s)".formatted(keys.get().size())));
    }

    private static Optional<JsonArray> array(jakarta.json.JsonValue value) {
        return value instanceof JsonArray array ? Optional.of(array) : Optional.empty();
    }

    private static Optional<Finding> atService(Discovery discovery) {
        Document document = discovery.serverAtService();
        if (document.isThere()
                || discovery.serverInUse().isEmpty()
                || discovery.server().containsValue(document)
                || discovery.serverPlaces().stream()
                        .anyMatch(place -> place.getValue().uri().equals(document.uri()))) {
            return Optional.empty();
        }
        return Optional.of(Finding.warning(
                document.uri(),
                "no metadata on the service's own host: " + document.answer().words(),
                "Clients of MCP 2025-03-26 look nowhere else, and then guess /authorize and /token on this host.",
                "Serve the authorization server's metadata on the host of each service too."));
    }
}
