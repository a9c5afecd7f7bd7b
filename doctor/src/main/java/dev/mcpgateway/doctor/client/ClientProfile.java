package dev.mcpgateway.doctor.client;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.discovery.Document;
import dev.mcpgateway.doctor.discovery.ResourcePlace;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a well-known client registers and asks for.
 *
 * @param name as it is written on the command line
 * @param redirectUris all that it registers, in one request; {@code PORT} stands for a free port
 * @param answerAt which of them it uses
 * @param isHosted the answer goes to its vendor, so that only the way to the consent page can be checked
 * @param reads where it looks for the metadata of the resource, in its order
 * @param asksForOfflineAccess where the authorization server lists it
 * @param scopes where it takes its scopes from, in its order; it asks for none if it is empty
 */
public record ClientProfile(
        String name,
        String title,
        List<String> redirectUris,
        String answerAt,
        boolean isHosted,
        List<ResourcePlace> reads,
        List<ScopeSource> scopes,
        boolean asksForOfflineAccess) {
    private static final List<ResourcePlace> CHALLENGE_FIRST =
            List.of(ResourcePlace.CHALLENGE, ResourcePlace.PATH, ResourcePlace.ROOT);
    private static final List<ScopeSource> FROM_RESOURCE = List.of(ScopeSource.CHALLENGE, ScopeSource.RESOURCE);

    /** Where a client reads which scopes there are. */
    public enum ScopeSource {
        CHALLENGE,
        RESOURCE
    }

    /** All that are known, in the order in which they are checked. */
    public static final List<ClientProfile> ALL = List.of(
            new ClientProfile(
                    "claude",
                    "Claude",
                    List.of("https://claude.ai/api/mcp/auth_callback"),
                    "https://claude.ai/api/mcp/auth_callback",
                    true,
                    CHALLENGE_FIRST,
                    FROM_RESOURCE,
                    false),
            new ClientProfile(
                    "chatgpt",
                    "ChatGPT",
                    List.of("https://chatgpt.com/connector_platform_oauth_redirect"),
                    "https://chatgpt.com/connector_platform_oauth_redirect",
                    true,
                    CHALLENGE_FIRST,
                    FROM_RESOURCE,
                    false),
            new ClientProfile(
                    "vscode",
                    "VS Code",
                    List.of(
                            "https://insiders.vscode.dev/redirect",
                            "https://vscode.dev/redirect",
                            "http://127.0.0.1/",
                            "http://127.0.0.1:33418/"),
                    "http://127.0.0.1:PORT/",
                    false,
                    CHALLENGE_FIRST,
                    FROM_RESOURCE,
                    false),
            new ClientProfile(
                    "cursor",
                    "Cursor",
                    List.of(
                            "cursor://anysphere.cursor-mcp/oauth/callback",
                            "https://www.cursor.com/agents/mcp/oauth/callback",
                            "http://localhost:8787/callback"),
                    "http://localhost:8787/callback",
                    false,
                    CHALLENGE_FIRST,
                    List.of(),
                    false),
            new ClientProfile(
                    "mcp-remote",
                    "mcp-remote",
                    List.of("http://localhost:PORT/oauth/callback"),
                    "http://localhost:PORT/oauth/callback",
                    false,
                    CHALLENGE_FIRST,
                    FROM_RESOURCE,
                    true));

    public ClientProfile {
        redirectUris = List.copyOf(redirectUris);
        reads = List.copyOf(reads);
        scopes = List.copyOf(scopes);
    }

    public static Optional<ClientProfile> named(String name) {
        return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
    }

    /** What it registers, with this port. */
    List<String> redirectUris(int port) {
        return redirectUris.stream().map(uri -> withPort(uri, port)).toList();
    }

    /** Where it wants the answer, with this port. */
    URI answerAt(int port) {
        return URI.create(withPort(answerAt, port));
    }

    private static String withPort(String uri, int port) {
        return uri.replace("PORT", Integer.toString(port));
    }

    /** The metadata of the resource as this client finds it: the first document in its order. */
    public Optional<Document> resource(Discovery discovery) {
        return reads.stream()
                .map(discovery.resource()::get)
                .filter(Objects::nonNull)
                .filter(Document::isThere)
                .findFirst();
    }

    /** The scopes that it asks for; none if that is left to the server. */
    List<String> scopes(Discovery discovery) {
        List<String> asked = new ArrayList<>(scopes.stream()
                .map(source -> read(source, discovery))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of()));
        boolean isOffered = discovery
                .serverInUse()
                .filter(server -> server.list("scopes_supported").contains("offline_access"))
                .isPresent();
        if (asksForOfflineAccess && isOffered && !asked.contains("offline_access")) {
            asked.add("offline_access");
        }
        return asked;
    }

    private List<String> read(ScopeSource source, Discovery discovery) {
        return switch (source) {
            case CHALLENGE ->
                discovery.challenge().flatMap(challenge -> challenge.parameter("scope")).stream()
                        .flatMap(scope -> Stream.of(scope.split(" ", -1)))
                        .filter(scope -> !scope.isBlank())
                        .toList();
            case RESOURCE ->
                resource(discovery)
                        .map(document -> document.list("scopes_supported"))
                        .orElse(List.of());
        };
    }
}
