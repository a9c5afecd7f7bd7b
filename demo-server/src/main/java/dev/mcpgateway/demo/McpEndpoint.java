package dev.mcpgateway.demo;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code /mcp}: {@code POST} a message, {@code GET} an event stream, {@code DELETE} the session. There are no sessions
 * since MCP 2026-07-28, only {@code POST}: see {@link StatelessCall}.
 */
final class McpEndpoint implements HttpService {
    static final JsonObject SERVER_INFO = Json.createObjectBuilder()
            .add("name", "mcp-gateway-demo")
            .add("title", "MCP OAuth Gateway demo")
            .add("version", "1")
            .build();
    static final HeaderName PROTOCOL_VERSION = HeaderNames.create("MCP-Protocol-Version");

    private static final HeaderName SESSION_ID = HeaderNames.create("Mcp-Session-Id");
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(15);

    private final Sessions sessions;

    McpEndpoint(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/mcp", this::receive)
                .get("/mcp", this::listen)
                .delete("/mcp", this::end)
                .any("/mcp", McpEndpoint::refuseMethod);
    }

    private void receive(ServerRequest request, ServerResponse response) {
        checkOrigin(request);
        requireJson(request);
        Message message = Message.parse(request.content().inputStream());
        if (StatelessCall.isMeant(message, request.headers())) {
            receiveStateless(message, request, response);
        } else {
            checkVersion(request);
            receiveInSession(message, request, response);
        }
    }

    private static void receiveStateless(Message message, ServerRequest request, ServerResponse response) {
        switch (message) {
            case Message.Call call -> {
                StatelessCall checked = StatelessCall.check(call, request.headers());
                answer(call, request, response, checked::result);
            }
            case Message.Notification _ -> response.status(Status.ACCEPTED_202).send(); // none means anything here
            case Message.Answer _ -> throw new Refusal(Status.BAD_REQUEST_400, "this server asks nothing");
        }
    }

    private void receiveInSession(Message message, ServerRequest request, ServerResponse response) {
        switch (message) {
            case Message.Call call when call.method().equals("initialize") -> initialize(call, response);
            case Message.Call call -> {
                Session session = session(request);
                answer(call, request, response, progress -> result(call, session, request, progress));
            }
            case Message.Notification notification -> {
                session(request).heed(notification);
                response.status(Status.ACCEPTED_202).send();
            }
            case Message.Answer _ -> {
                session(request);
                response.status(Status.ACCEPTED_202).send(); // to nothing: this server never asks
            }
        }
    }

    private void initialize(Message.Call call, ServerResponse response) {
        JsonObject result;
        Session session;
        try {
            String version = ProtocolVersion.negotiate(call.text("protocolVersion"));
            session = sessions.open();
            result = Json.createObjectBuilder()
                    .add("protocolVersion", version)
                    .add("capabilities", Json.createObjectBuilder().add("tools", JsonObject.EMPTY_JSON_OBJECT))
                    .add("serverInfo", SERVER_INFO)
                    .build();
        } catch (RpcException e) {
            response.send(e.answerTo(call.id()));
            return;
        }
        response.header(SESSION_ID, session.id()).send(call.answer(result));
    }

    /** Sends the result as an event stream where the client wants to follow the call, else as JSON. */
    private static void answer(
            Message.Call call,
            ServerRequest request,
            ServerResponse response,
            Function<Optional<EventStream>, JsonObject> result) {
        Optional<EventStream> progress = call.progressToken()
                .filter(_ -> accepts(request, EventStream.TYPE))
                .map(_ -> EventStream.of(response).open());
        if (progress.isEmpty()) {
            response.send(result.apply(Optional.empty()));
            return;
        }
        try (EventStream stream = progress.get()) {
            stream.send(result.apply(progress));
        }
    }

    private static JsonObject result(
            Message.Call call, Session session, ServerRequest request, Optional<EventStream> progress) {
        try (RunningCall running = session.begin(call, progress)) {
            return call.answer(
                    switch (call.method()) {
                        case "ping" -> JsonObject.EMPTY_JSON_OBJECT;
                        case "tools/list" -> Tools.list();
                        case "tools/call" -> Tools.call(call, request.headers(), running);
                        default ->
                            throw new RpcException(
                                    RpcError.METHOD_NOT_FOUND,
                                    "this server does not know the method " + call.method()
                                            + "; it answers initialize, ping, tools/list and tools/call");
                    });
        } catch (RpcException e) {
            return e.answerTo(call.id());
        }
    }

    private void listen(ServerRequest request, ServerResponse response) {
        check(request);
        if (!accepts(request, EventStream.TYPE)) {
            throw new Refusal(Status.NOT_ACCEPTABLE_406, "GET opens an event stream: accept text/event-stream");
        }
        Session session = session(request);
        try (EventStream stream = EventStream.of(response)) {
            session.listen(stream);
            stream.open();
            while (!stream.awaitClose(KEEP_ALIVE_INTERVAL)
                    && sessions.find(session.id()).isPresent()) {
                stream.comment("keep-alive");
            }
        }
    }

    private void end(ServerRequest request, ServerResponse response) {
        check(request);
        sessions.end(session(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static void refuseMethod(ServerRequest request, ServerResponse response) {
        new Refusal(Status.METHOD_NOT_ALLOWED_405, "use POST, GET or DELETE")
                .answer(response.header(HeaderNames.ALLOW, "POST, GET, DELETE"));
    }

    private static void check(ServerRequest request) {
        checkOrigin(request);
        checkVersion(request);
    }

    private static void checkOrigin(ServerRequest request) {
        request.headers().first(HeaderNames.ORIGIN).ifPresent(Origin::check);
    }

    private static void checkVersion(ServerRequest request) {
        request.headers().first(PROTOCOL_VERSION).ifPresent(ProtocolVersion::check);
    }

    private static void requireJson(ServerRequest request) {
        if (request.headers()
                .contentType()
                .map(HttpMediaType::mediaType)
                .filter(MediaTypes.APPLICATION_JSON::equals)
                .isEmpty()) {
            throw new Refusal(
                    Status.UNSUPPORTED_MEDIA_TYPE_415, "POST one JSON-RPC message as Content-Type: application/json");
        }
    }

    /**
     * @throws Refusal 400 where the request names no session, 404 where it is gone: the client then initializes anew
     */
    private Session session(ServerRequest request) {
        String id = request.headers()
                .first(SESSION_ID)
                .orElseThrow(() -> new Refusal(
                        Status.BAD_REQUEST_400,
                        "the Mcp-Session-Id header is missing; its value is in the answer to initialize"));
        return sessions.find(id)
                .orElseThrow(() -> new Refusal(
                        Status.NOT_FOUND_404, "there is no such session, or it ended; start one with initialize"));
    }

    private static boolean accepts(ServerRequest request, HttpMediaType type) {
        return request.headers().isAccepted(type.mediaType());
    }
}
