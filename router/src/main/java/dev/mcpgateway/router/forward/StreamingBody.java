package dev.mcpgateway.router.forward;

import dev.mcpgateway.router.entrypoint.AnswerBody;
import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Passes an upstream's answer on as it comes: nothing waits for more of it, and nothing is changed. */
final class StreamingBody {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final String EVENT_STREAM = "text/event-stream";

    private StreamingBody() {}

    /** @param headers of the answer that the client gets */
    static void answer(ClientExchange exchange, UpstreamResponse response, HeaderList headers) throws IOException {
        OptionalLong length = contentLength(response);
        if (!response.hasBody()) {
            exchange.answerWithoutBody(response.status(), headers, length);
            return;
        }
        boolean events = isEventStream(response);
        if (events) {
            response.allowIdle(Duration.ZERO);
            exchange.watchClient();
        }
        boolean endless = events && exchange.target().method().equals("GET");
        if (endless) {
            exchange.whenDraining(response::cancel);
        }
        AnswerBody answer = exchange.begin(response.status(), headers, length);
        try {
            copy(response.body(), answer, length.isEmpty());
        } catch (UpstreamException e) {
            if (!endless || !exchange.isDraining()) {
                throw e;
            }
        }
        answer.end();
    }

    /** @param headAtOnce whether the head is not to wait for the first piece */
    private static void copy(InputStream body, AnswerBody answer, boolean headAtOnce) throws IOException {
        if (headAtOnce && body.available() == 0) {
            answer.flush();
        }
        byte[] piece = new byte[PIECE_BYTES];
        for (int count = body.read(piece); count != -1; count = body.read(piece)) {
            answer.write(piece, 0, count);
        }
    }

    private static OptionalLong contentLength(UpstreamResponse response) {
        return response.headers().first("Content-Length").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static boolean isEventStream(UpstreamResponse response) {
        String type = response.headers().first("Content-Type").orElse("");
        return type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals(EVENT_STREAM);
    }
}
