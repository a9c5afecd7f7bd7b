package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamRequest;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds the stream on which the verify service says what counts no more, by {@code docs/contracts/verify.md}, and opens
 * it anew whenever it is lost. Its listener is called by one thread.
 */
final class RevocationStream implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RevocationStream.class.getName());

    /** Silence after which nothing is known any more; the service sends something every 2 s. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** For a service that does not offer the stream. */
    private static final Duration PAUSE_WITHOUT_STREAM = Duration.ofMinutes(1);

    private static final int NOT_FOUND = 404;
    private static final int MAX_LINE_BYTES = 1024;

    /** What is heard. */
    interface Listener {
        /** From now on everything is heard. What happened before was not. */
        void connected();

        /** From now on nothing is heard. */
        void lost();

        /** @param handle of what no answer may rest on any more */
        void revoked(String handle);

        /** No answer given so far counts any more. */
        void flush();
    }

    private final Upstreams upstreams;
    private final Upstream verify;
    private final Secret secret;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<UpstreamResponse> open = new AtomicReference<>();
    /** Whether its loss was reported. */
    private boolean lossKnown;

    private RevocationStream(Upstreams upstreams, Upstream verify, Secret secret, Listener listener) {
        this.upstreams = upstreams;
        this.verify = verify;
        this.secret = secret;
        this.listener = listener;
    }

    /** Begins to listen, for as long as it is not closed. */
    static RevocationStream open(Upstreams upstreams, Upstream verify, Secret secret, Listener listener) {
        RevocationStream stream = new RevocationStream(upstreams, verify, secret, listener);
        Thread.ofVirtual().name("revocation-stream").start(stream::runUntilClosed);
        return stream;
    }

    @Override
    public void close() {
        closed.countDown();
        UpstreamResponse response = open.get();
        if (response != null) {
            response.cancel();
        }
    }

    private void runUntilClosed() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = listenOnce(pause);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    /** Listens until the stream is lost, and tells how long to wait before the next attempt. */
    private Duration listenOnce(Duration pause) {
        long start = System.nanoTime();
        try (UpstreamResponse response = upstreams.send(verify, question())) {
            if (response.status() == NOT_FOUND) {
                report(Level.INFO, "the verify service has none");
                return PAUSE_WITHOUT_STREAM;
            }
            if (response.status() != 200) {
                report(Level.WARNING, "the verify service answers " + response.status());
                return longer(pause);
            }
            if (!response.isEventStream()) {
                report(Level.WARNING, "the verify service answers with something else than a stream of events");
                return PAUSE_WITHOUT_STREAM;
            }
            open.set(response);
            listen(response.body());
            return FIRST_PAUSE;
        } catch (IOException e) {
            report(Level.WARNING, String.valueOf(e.getMessage()));
            // Each new stream makes open streams doubtful: one that never lasts must not come in quick succession.
            boolean lasted = System.nanoTime() - start > SILENCE.toNanos();
            return lasted ? FIRST_PAUSE : longer(pause);
        } catch (RuntimeException e) {
            report(Level.WARNING, e.toString());
            return longer(pause);
        } finally {
            open.set(null);
        }
    }

    private void listen(InputStream body) throws IOException {
        listener.connected();
        lossKnown = false;
        LOG.log(Level.INFO, "auth.revocations state=connected");
        try (InputStream events = new BufferedInputStream(body)) {
            String event = "";
            String data = "";
            for (String line = readLine(events); closed.getCount() > 0; line = readLine(events)) {
                if (line.isEmpty()) {
                    dispatch(event, data);
                    event = "";
                    data = "";
                } else if (line.startsWith("event:")) {
                    event = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    data = line.substring("data:".length()).strip();
                }
            }
        } finally {
            listener.lost();
        }
    }

    private void dispatch(String event, String data) {
        switch (event) {
            case "revoked" -> listener.revoked(data);
            case "flush" -> listener.flush();
            default -> {
                // a heartbeat, which says no more than that it came, or what a later version adds
            }
        }
    }

    /** A line without its end. */
    private static String readLine(InputStream events) throws IOException {
        byte[] line = new byte[MAX_LINE_BYTES];
        for (int length = 0; length < line.length; length++) {
            int next = events.read();
            if (next == -1) {
                throw new IOException("the stream of revocations has ended");
            }
            if (next == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, end, StandardCharsets.ISO_8859_1);
            }
            line[length] = (byte) next;
        }
        throw new IOException("a line of the stream of revocations is too long");
    }

    private UpstreamRequest question() {
        HeaderList headers = HeaderList.of(VerifyClient.SECRET_HEADER, secret.reveal(), "Accept", "text/event-stream");
        Duration patience = verify.timeouts().head();
        UpstreamTimeouts timeouts = new UpstreamTimeouts(verify.timeouts().connect(), patience, SILENCE, Duration.ZERO);
        return new UpstreamRequest("GET", verify.path() + "/revocations", headers, RequestBody.NONE, timeouts);
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Once for each time that the stream is lost. */
    private void report(Level level, String reason) {
        if (closed.getCount() == 0) {
            return;
        }
        LOG.log(
                lossKnown ? Level.DEBUG : level,
                "auth.revocations state=lost reason=\"{0}\" effect=\"open streams are verified again now and then\"",
                reason);
        lossKnown = true;
    }
}
