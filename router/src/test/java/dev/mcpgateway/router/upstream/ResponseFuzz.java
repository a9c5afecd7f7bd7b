package dev.mcpgateway.router.upstream;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes any bytes for an upstream's answer. Called by a fuzzer, and by a test with what fuzzers have found. */
public final class ResponseFuzz {
    private static final UpstreamLimits LIMITS = UpstreamLimits.DEFAULTS;

    private ResponseFuzz() {}

    /** @param input of which the first byte says whether the request was HEAD, and how bytes arrive */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Wire wire = new Wire(Arrays.copyOfRange(input, 1, input.length), 1 + (input[0] & 0x7F));
        Connection connection = new Connection(Endpoint.of("127.0.0.1", 1), wire);
        ResponseParser parser = new ResponseParser(connection, LIMITS);
        long body = 0;
        try {
            ResponseHead head = parser.readHead();
            require(head.status() >= 200 && head.status() <= 599, "a final status");
            require(head.headers().all("Content-Length").size() <= 1, "one length");
            boolean framedTwice = head.isChunked() && head.contentLength().isPresent();
            require(!framedTwice, "one framing");
            ResponseBody content = ResponseBody.of(head, input[0] < 0, connection, parser);
            byte[] piece = new byte[1000];
            for (int count = content.read(piece, 0, piece.length);
                    count != -1;
                    count = content.read(piece, 0, piece.length)) {
                require(count > 0, "progress");
                body += count;
            }
            require(content.isComplete(), "an end that is one");
            if (content.isDelimited() && !content.isEmpty() && !head.isChunked()) {
                require(body == head.contentLength().orElseThrow(), "the length that was said");
            }
        } catch (UpstreamException _) {
            // refused in words
        }
        require(body <= input.length, "nothing from nowhere");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not " + what);
        }
    }

    private static final class Wire implements Transport {
        private final ByteBuffer bytes;
        private final int pieceBytes;

        Wire(byte[] bytes, int pieceBytes) {
            this.bytes = ByteBuffer.wrap(bytes);
            this.pieceBytes = pieceBytes;
        }

        @Override
        public void begin() {}

        @Override
        public int read(byte[] target, int offset, int length, int timeoutMillis) {
            int count = Math.min(Math.min(length, pieceBytes), bytes.remaining());
            bytes.get(target, offset, count);
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean timesReads() {
            return true;
        }

        @Override
        public boolean tellsItsEnd() {
            return true;
        }

        @Override
        public void write(ByteBuffer written) {
            written.position(written.limit());
        }

        @Override
        public boolean isQuiet() {
            return true;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
