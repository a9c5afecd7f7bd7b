package dev.mcpgateway.router.upstream;

import java.io.InputStream;

/** What a request carries. The client writes the framing headers that belong to it. */
public sealed interface RequestBody {
    /** No body. A POST, PUT or PATCH says {@code Content-Length: 0}. */
    record None() implements RequestBody {}

    /** Bytes at hand, sent in one write with the head. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Bytes(byte[] bytes) implements RequestBody {}

    /**
     * Exactly {@code length} bytes of a stream; a stream that ends earlier fails the request. Up to
     * {@value #READ_WHOLE_BYTES} are read before a connection is taken and sent in one write with the head, more are
     * passed on as they come. The stream is not closed.
     */
    record Sized(InputStream stream, long length) implements RequestBody {
        public Sized {
            if (length < 0) {
                throw new IllegalArgumentException("A body has no negative length");
            }
        }
    }

    /**
     * A stream up to its end. One that ends within {@value #READ_WHOLE_BYTES} is read before a connection is taken and
     * sent with its length; a longer one is passed on in chunks from there on.
     */
    record Streamed(InputStream stream) implements RequestBody {}

    /** The longest body that is read whole before it is sent. */
    int READ_WHOLE_BYTES = 64 * 1024;

    RequestBody NONE = new None();
}
