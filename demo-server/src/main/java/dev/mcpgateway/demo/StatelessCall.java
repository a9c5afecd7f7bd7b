package dev.mcpgateway.demo;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A call that stands alone, as MCP has them since 2026-07-28: it says itself in which version it is made, and its
 * headers repeat what it is about, so that whoever passes it on need not read the body. What they decided by the
 * headers would be worth nothing if the body said something else, so that is refused.
 */
final class StatelessCall {
    private static final HeaderName METHOD = HeaderNames.create("Mcp-Method");
    private static final HeaderName NAME = HeaderNames.create("Mcp-Name");
    private static final Set<String> METHODS = Set.of("server/discover", "tools/list", "tools/call");
    private static final Duration CACHEABLE = Duration.ofMinutes(1);

    private final Message.Call call;
    private final Headers headers;

    private StatelessCall(Message.Call call, Headers headers) {
        this.call = call;
        this.headers = headers;
    }

    /** Whether a message is not of a session: it says so, or an {@code MCP-Protocol-Version} header does. */
    static boolean isMeant(Message message, Headers headers) {
        return headers.all(McpEndpoint.PROTOCOL_VERSION, List::of).stream().anyMatch(ProtocolVersion::isStateless)
                || (message instanceof Message.Call call && call.version().isPresent());
    }

    /**
     * @throws Refusal 400 where the call does not say what it must, is made in another version, or its headers differ
     *     from it; 404 where there is no such method
     */
    static StatelessCall check(Message.Call call, Headers headers) {
        String version = version(call);
        requireSame(call, McpEndpoint.PROTOCOL_VERSION, headers, version);
        if (!version.equals(ProtocolVersion.STATELESS)) {
            throw Refusal.of(
                    call,
                    Status.BAD_REQUEST_400,
                    RpcError.UNSUPPORTED_PROTOCOL_VERSION,
                    "without a session this server speaks " + ProtocolVersion.STATELESS + " alone",
                    Json.createObjectBuilder()
                            .add("supported", supportedVersions())
                            .add("requested", version)
                            .build());
        }
        requireSame(call, METHOD, headers, call.method());
        if (call.method().equals("tools/call") && call.params().get("name") instanceof JsonString name) {
            requireSame(call, NAME, headers, name.getString());
        }
        if (!METHODS.contains(call.method())) {
            throw Refusal.of(
                    call,
                    Status.NOT_FOUND_404,
                    RpcError.METHOD_NOT_FOUND,
                    "without a session this server does not know the method " + call.method()
                            + "; it answers server/discover, tools/list and tools/call");
        }
        return new StatelessCall(call, headers);
    }

    /** Works and returns the answer; tells on {@code progress} how far it is. */
    JsonObject result(Optional<EventStream> progress) {
        try (RunningCall running = new RunningCall(call, progress, _ -> {})) {
            return call.answer(complete(
                    switch (call.method()) {
                        case "server/discover" -> cacheable(discover());
                        case "tools/list" -> cacheable(Json.createObjectBuilder(Tools.list()));
                        default -> Json.createObjectBuilder(Tools.call(call, headers, running));
                    }));
        } catch (RpcException e) {
            return e.answerTo(call.id());
        }
    }

    private static JsonObjectBuilder discover() {
        return Json.createObjectBuilder()
                .add("supportedVersions", supportedVersions())
                .add("capabilities", Json.createObjectBuilder().add("tools", JsonObject.EMPTY_JSON_OBJECT));
    }

    private static JsonValue supportedVersions() {
        return Json.createArrayBuilder(List.of(ProtocolVersion.STATELESS)).build();
    }

    /** A result that the client may keep, for the person it was given to. */
    private static JsonObjectBuilder cacheable(JsonObjectBuilder result) {
        return result.add("ttlMs", CACHEABLE.toMillis()).add("cacheScope", "private");
    }

    private static JsonObject complete(JsonObjectBuilder result) {
        return result.add("resultType", "complete")
                .add(
                        "_meta",
                        Json.createObjectBuilder().add("io.modelcontextprotocol/serverInfo", McpEndpoint.SERVER_INFO))
                .build();
    }

    private static String version(Message.Call call) {
        if (call.version().orElse(JsonValue.NULL) instanceof JsonString version
                && call.clientCapabilities().orElse(JsonValue.NULL) instanceof JsonObject) {
            return version.getString();
        }
        throw Refusal.of(
                call,
                Status.BAD_REQUEST_400,
                RpcError.INVALID_PARAMS,
                "since " + ProtocolVersion.STATELESS + " every call needs in params._meta the string "
                        + Message.META_VERSION + " and the object " + Message.META_CLIENT_CAPABILITIES);
    }

    private static void requireSame(Message.Call call, HeaderName name, Headers headers, String value) {
        List<String> found = headers.all(name, List::of);
        if (!found.equals(List.of(value)) && !found.equals(List.of(encoded(value)))) {
            throw Refusal.of(
                    call,
                    Status.BAD_REQUEST_400,
                    RpcError.HEADER_MISMATCH,
                    found.isEmpty()
                            ? "the header " + name.defaultCase() + " is missing"
                            : "the header " + name.defaultCase() + " differs from what the body says");
        }
    }

    /** How a header carries what is no plain text. */
    private static String encoded(String value) {
        return "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
