package dev.mcpgateway.router.http2;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes any bytes for what an HTTP/2 client sends. Called by a fuzzer, and by a test with what fuzzers have found. */
public final class Http2Fuzz {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Http2Limits LIMITS =
            new Http2Limits(8, 8_192, 500, 200, SHORT, SHORT, 500, SHORT, Duration.ofSeconds(1));

    private Http2Fuzz() {}

    /** @param input what follows the first frame, if the first byte is even; else header blocks of length and bytes */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] % 2 == 0) {
            serve(rest);
        } else {
            decode(rest);
        }
    }

    private static void decode(byte[] blocks) {
        HpackDecoder decoder = new HpackDecoder(LIMITS.headerBytes());
        try {
            for (int start = 0; start < blocks.length; ) {
                int end = Math.min(blocks.length, start + 1 + (blocks[start] & 0xFF));
                HpackDecoder.HeaderFields fields = decoder.decode(Arrays.copyOfRange(blocks, start + 1, end));
                int bytes = fields.fields().stream().mapToInt(Field::bytes).sum();
                if (bytes > LIMITS.headerBytes()) {
                    throw new AssertionError("a list within its bounds");
                }
                start = end;
            }
        } catch (Http2Exception e) {
            if (e.code() != ErrorCode.COMPRESSION_ERROR) {
                throw new AssertionError(e);
            }
        }
    }

    private static void serve(byte[] frames) {
        Queue<byte[]> pieces = new ConcurrentLinkedQueue<>(List.of(PREFACE, SETTINGS));
        if (frames.length > 0) {
            pieces.add(frames);
        }
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        ByteSink sink = new ByteSink() {
            @Override
            public void write(byte[] bytes) {}

            @Override
            public void linger() {}

            @Override
            public void close() {}
        };
        Http2Connection connection = new Http2Connection(
                nanos -> {
                    byte[] next = pieces.poll();
                    if (next == null) {
                        throw new EOFException();
                    }
                    return next;
                },
                sink,
                LIMITS,
                stream -> {
                    try {
                        answer(stream);
                    } catch (IOException _) {
                        // refused
                    } catch (RuntimeException | Error e) {
                        failures.add(e);
                    }
                });
        connection.serve();
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.peek());
        }
        if (!connection.isIdle()) {
            throw new AssertionError("not every stream was cleared away");
        }
    }

    private static void answer(Http2Stream stream) throws IOException {
        stream.declareBodyBytes(stream.fields().size());
        stream.body().readNBytes(100);
        stream.send(List.of(new Field(":status", "200")), new byte[10], 0, 10, true);
    }
}
