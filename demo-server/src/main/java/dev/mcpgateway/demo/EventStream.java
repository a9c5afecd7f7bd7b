package dev.mcpgateway.demo;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Messages to one client, as server-sent events. Any thread may send and {@link #end} it; the thread that opened it
 * closes it. A client that left is noticed at the next event or comment: it throws {@link UncheckedIOException}.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStream implements AutoCloseable {
    static final HttpMediaType TYPE = HttpMediaType.create(MediaTypes.TEXT_EVENT_STREAM);

    private final OutputStream out;
    private final CountDownLatch ended = new CountDownLatch(1);

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** An answer that is yet to be {@linkplain #open opened}. */
    static EventStream of(ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, TYPE.text())
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.create("X-Accel-Buffering"), "no");
        return new EventStream(response.outputStream());
    }

    /** Lets the client see that the stream is there. */
    EventStream open() {
        comment("open"); // the web server keeps the headers back until the first byte of the body
        return this;
    }

    void send(JsonObject message) {
        write("event: message\ndata: " + message + "\n\n");
    }

    void comment(String text) {
        write(": " + text + "\n\n");
    }

    /** Makes {@link #awaitClose} return; the thread waiting there then closes the stream. */
    void end() {
        ended.countDown();
    }

    /** Waits for {@link #end}; false when the time is over before. */
    boolean awaitClose(Duration time) {
        try {
            return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops
            return true;
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
