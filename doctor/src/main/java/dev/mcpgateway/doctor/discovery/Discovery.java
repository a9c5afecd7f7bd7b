package dev.mcpgateway.doctor.discovery;

import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import dev.mcpgateway.doctor.web.Web;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that clients read about one service.
 *
 * @param service its URL, as a person gives it to a client
 * @param refusal the answer to a first message without a token
 * @param resource without {@link ResourcePlace#CHALLENGE} where no challenge names a document on the service's host
 * @param server the metadata of the authorization server in use
 * @param serverAtService the same at the service's own host, where clients of MCP 2025-03-26 look
 */
public record Discovery(
        URI service,
        Answer refusal,
        Optional<Challenge> challenge,
        Map<ResourcePlace, Document> resource,
        Map<ServerPlace, Document> server,
        Document serverAtService) {
    /** As the official SDKs send it; browsers ask beforehand whether they may. */
    public static final Map<String, String> DOCUMENT_HEADERS =
            Map.of("Accept", "application/json", "MCP-Protocol-Version", "2025-11-25");

    /** As clients send a message. */
    public static final Map<String, String> MESSAGE_HEADERS = Map.of(
            "Content-Type",
            "application/json",
            "Accept",
            "application/json, text/event-stream",
            "MCP-Protocol-Version",
            "2025-06-18");

    /** The first message of a client. */
    public static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
            "capabilities":{},"clientInfo":{"name":"mcp-gateway-doctor","version":"1"}}}""";

    public Discovery {
        resource = Map.copyOf(resource);
        server = Map.copyOf(server);
    }

    /** Asks for all of it. */
    public static Discovery of(URI service, Web web) {
        Answer refusal = web.send("POST", service, MESSAGE_HEADERS, INITIALIZE);
        Optional<Challenge> challenge = Challenge.of(refusal);
        Map<ResourcePlace, Document> resource = new EnumMap<>(ResourcePlace.class);
        if (!refusal.isAnswered()) {
            return new Discovery(service, refusal, challenge, resource, Map.of(), Document.of(service, refusal));
        }
        challenge
                .flatMap(found -> found.parameter("resource_metadata"))
                .flatMap(Urls::parse)
                .filter(uri -> Urls.isSameOrigin(uri, service))
                .ifPresent(uri -> resource.put(ResourcePlace.CHALLENGE, document(uri, web)));
        resource.put(ResourcePlace.PATH, document(ResourcePlace.path(service), web));
        resource.put(ResourcePlace.ROOT, document(ResourcePlace.root(service), web));
        URI issuer = issuer(resource).orElse(Urls.at(service, ""));
        Map<ServerPlace, Document> server = new EnumMap<>(ServerPlace.class);
        Stream.of(ServerPlace.values()).forEach(place -> server.put(place, document(place.at(issuer), web)));
        Document atService = document(ServerPlace.OAUTH.at(Urls.at(service, "")), web);
        return new Discovery(service, refusal, challenge, resource, server, atService);
    }

    private static Document document(URI uri, Web web) {
        return Document.of(uri, web.document(uri, DOCUMENT_HEADERS));
    }

    private static Optional<URI> issuer(Map<ResourcePlace, Document> resource) {
        return inUse(resource)
                .flatMap(document ->
                        document.list("authorization_servers").stream().findFirst())
                .flatMap(Urls::parse);
    }

    private static Optional<Document> inUse(Map<ResourcePlace, Document> resource) {
        return Stream.of(ResourcePlace.values())
                .map(resource::get)
                .filter(Objects::nonNull)
                .filter(Document::isThere)
                .findFirst();
    }

    /** There is no MCP server at this URL: it is that of an authorization server. */
    public boolean isAuthorizationServer() {
        return refusal.status() != 401
                && Urls.path(service).isEmpty()
                && resourceInUse().isEmpty()
                && serverAtService.isThere();
    }

    /** The metadata of the resource that clients read first. */
    public Optional<Document> resourceInUse() {
        return inUse(resource);
    }

    /** As the metadata of the resource writes it; empty if it names none. */
    public Optional<String> issuer() {
        return resourceInUse()
                .flatMap(document ->
                        document.list("authorization_servers").stream().findFirst());
    }

    /** The metadata of the authorization server that clients read first. */
    public Optional<Document> serverInUse() {
        return Stream.of(ServerPlace.values())
                .map(server::get)
                .filter(Objects::nonNull)
                .filter(Document::isThere)
                .findFirst();
    }

    /** The places of the authorization server's metadata, each URL once. */
    public List<Map.Entry<ServerPlace, Document>> serverPlaces() {
        return Stream.of(ServerPlace.values())
                .filter(server::containsKey)
                .filter(place -> place != ServerPlace.OPENID_APPENDED
                        || !document(place)
                                .uri()
                                .equals(document(ServerPlace.OPENID_INSERTED).uri()))
                .map(place -> Map.entry(place, document(place)))
                .toList();
    }

    private Document document(ServerPlace place) {
        return Objects.requireNonNull(server.get(place));
    }

    /** An endpoint of the authorization server, if its metadata has it. */
    public Optional<URI> endpoint(String name) {
        return serverInUse().flatMap(document -> document.url(name));
    }
}
