package dev.mcpgateway.router.forward;

import dev.mcpgateway.router.entrypoint.AnswerBody;
import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Passes an upstream's answer on as it comes, and nothing is changed. Only a short one of known length is read whole
 * first, so that a client that does not take it holds no connection to the upstream.
 */
final class StreamingBody {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int MAX_HELD_BYTES = 64 * 1024;

    private final ClientExchange exchange;
    private final UpstreamResponse response;
    private final KeepAlive keepAlive;

    StreamingBody(ClientExchange exchange, UpstreamResponse response, KeepAlive keepAlive) {
        this.exchange = exchange;
        this.response = response;
        this.keepAlive = keepAlive;
    }

    /**
     * Answers with the upstream's answer.
     *
     * @param headers of the answer that the client gets
     * @param streaming is told how to end the answer, unless it is a short one
     */
    void answer(HeaderList headers, Consumer<Runnable> streaming) throws IOException {
        OptionalLong length = contentLength();
        if (!response.hasBody()) {
            exchange.answerWithoutBody(response.status(), headers, length);
        } else if (response.isEventStream()) {
            response.allowIdle(Duration.ZERO);
            exchange.watchClient();
            passEvents(new EventStream(response, exchange.begin(response.status(), headers, length)), streaming);
        } else if (length.isPresent() && length.getAsLong() <= MAX_HELD_BYTES) {
            passWhole(headers, (int) length.getAsLong());
        } else {
            AnswerBody answer = exchange.begin(response.status(), headers, length);
            streaming.accept(response::cancel);
            copy(answer, length.isEmpty());
            answer.end();
        }
    }

    /** The connection is free before the client gets anything, however slowly it reads. */
    private void passWhole(HeaderList headers, int length) throws IOException {
        byte[] whole = response.body().readNBytes(length);
        response.close();
        AnswerBody answer = exchange.begin(response.status(), headers, OptionalLong.of(length));
        for (int done = 0; done < length; done += PIECE_BYTES) {
            answer.write(whole, done, Math.min(PIECE_BYTES, length - done));
        }
        answer.end();
    }

    /** A stream that has no end of its own ends cleanly when we end it; an answer to something else breaks off. */
    private void passEvents(EventStream stream, Consumer<Runnable> streaming) throws IOException {
        boolean endless = exchange.target().method().equals("GET");
        if (endless) {
            exchange.whenDraining(stream::end);
        }
        if (takesComments()) {
            keepAlive.add(stream);
        }
        streaming.accept(stream::end);
        try {
            stream.pass();
            stream.complete();
        } catch (UpstreamException e) {
            if (!endless || !stream.isEnded()) {
                throw e;
            }
            stream.complete();
        } finally {
            keepAlive.remove(stream);
            stream.abandon();
        }
    }

    /** @param headAtOnce whether the head is not to wait for the first piece */
    private void copy(AnswerBody answer, boolean headAtOnce) throws IOException {
        InputStream body = response.body();
        if (headAtOnce && body.available() == 0) {
            answer.flush();
        }
        byte[] piece = new byte[PIECE_BYTES];
        for (int count = body.read(piece); count != -1; count = body.read(piece)) {
            answer.write(piece, 0, count);
        }
    }

    private OptionalLong contentLength() {
        Optional<String> length = response.headers().first("Content-Length");
        return length.isPresent() ? OptionalLong.of(Long.parseLong(length.get())) : OptionalLong.empty();
    }

    /** Not so where a comment would be counted, or would have to be compressed. */
    private boolean takesComments() {
        return contentLength().isEmpty() && !response.headers().contains("Content-Encoding");
    }
}
