package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.verify.RevocationFeed.Event;
import dev.mcpgateway.oracle.verify.RevocationFeed.Reader;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** {@code GET /verify/revocations}: tells routers which answers of {@code /verify} count no more, as it happens. */
public final class RevocationsEndpoint implements HttpService {
    /** A reader who hears nothing for longer than two of these is on his own. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final Header EVENT_STREAM = HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/event-stream");
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final Forwarding forwarding;
    private final RevocationFeed feed;

    public RevocationsEndpoint(Forwarding forwarding, RevocationFeed feed) {
        this.forwarding = forwarding;
        this.feed = feed;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/verify/revocations", this::stream);
    }

    private void stream(ServerRequest request, ServerResponse response) {
        if (!forwarding.isTrusted(request)) {
            new VerifyAnswer(request, response)
                    .forbidden("only the gateway's router may ask here: its VERIFY_SECRET is missing or differs");
            return;
        }
        try (Reader reader = feed.read().orElseThrow(RevocationsEndpoint::unavailable);
                OutputStream stream =
                        response.header(EVENT_STREAM).header(NO_STORE).outputStream()) {
            tell(reader, stream);
        } catch (IOException | UncheckedIOException _) {
            // The reader has gone, or is to notice that he was told all there is.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(Reader reader, OutputStream stream) throws IOException, InterruptedException {
        write(stream, "heartbeat", "");
        while (true) {
            Event event = reader.next(HEARTBEAT);
            if (reader.isEnded()) {
                return;
            }
            switch (event) {
                case null -> write(stream, "heartbeat", "");
                case Event.Revoked(var handle) -> write(stream, "revoked", handle);
                case Event.Flush() -> write(stream, "flush", "");
            }
        }
    }

    private static void write(OutputStream stream, String event, String data) throws IOException {
        stream.write(("event: " + event + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    private static OAuthException unavailable() {
        return new OAuthException(
                OAuthError.TEMPORARILY_UNAVAILABLE, "revocations may be missed at the moment; ask again in a moment");
    }
}
