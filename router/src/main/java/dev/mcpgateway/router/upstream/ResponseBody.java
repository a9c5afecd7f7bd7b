package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, as its head delimits it. It ends (-1) only where the answer is complete; any failure closes
 * the connection, so that it can neither be read on nor used again.
 */
abstract sealed class ResponseBody extends InputStream {
    final Connection connection;
    private boolean complete;
    private @Nullable UpstreamException failure;

    private ResponseBody(Connection connection) {
        this.connection = connection;
    }

    static ResponseBody of(ResponseHead head, boolean answersHead, Connection connection, ResponseParser parser) {
        if (answersHead || head.isBodiless()) {
            return new Sized(connection, 0);
        }
        if (head.isChunked()) {
            return new Chunked(connection, parser);
        }
        return head.contentLength().isPresent()
                ? new Sized(connection, head.contentLength().getAsLong())
                : new UntilClose(connection);
    }

    /** Known to be empty before the first read. */
    boolean isEmpty() {
        return false;
    }

    /** Whether its end can be told from the end of the connection. */
    boolean isDelimited() {
        return true;
    }

    /** Whether all of it was read. */
    final boolean isComplete() {
        return complete;
    }

    /** Why it broke off; empty if it did not. */
    final Optional<UpstreamException> failure() {
        return Optional.ofNullable(failure);
    }

    final void complete() {
        complete = true;
    }

    /** At least one byte, or -1 after {@link #complete}. */
    abstract int readPart(byte[] target, int offset, int length) throws UpstreamException;

    @Override
    public final int read() throws UpstreamException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == -1 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws UpstreamException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (complete) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        if (failure != null) {
            throw failure;
        }
        try {
            return readPart(target, offset, length);
        } catch (UpstreamException e) {
            failure = e;
            connection.close();
            throw e;
        }
    }

    final UpstreamException cutShort() {
        return new ConnectionLost(connection.endpoint(), "closed the connection in the middle of its answer", null);
    }

    private static final class Sized extends ResponseBody {
        private final boolean empty;
        private long remaining;

        Sized(Connection connection, long length) {
            super(connection);
            this.remaining = length;
            this.empty = length == 0;
            if (empty) {
                complete();
            }
        }

        @Override
        boolean isEmpty() {
            return empty;
        }

        @Override
        int readPart(byte[] target, int offset, int length) throws UpstreamException {
            int count = connection.read(target, offset, (int) Math.min(length, remaining));
            if (count == -1) {
                throw cutShort();
            }
            remaining -= count;
            if (remaining == 0) {
                complete();
            }
            return count;
        }

        @Override
        public int available() {
            return (int) Math.min(remaining, connection.buffered());
        }
    }

    private static final class Chunked extends ResponseBody {
        private final ResponseParser parser;
        private boolean first = true;
        private long remaining;

        Chunked(Connection connection, ResponseParser parser) {
            super(connection);
            this.parser = parser;
        }

        @Override
        int readPart(byte[] target, int offset, int length) throws UpstreamException {
            if (remaining == 0 && !nextChunk()) {
                return -1;
            }
            int count = connection.read(target, offset, (int) Math.min(length, remaining));
            if (count == -1) {
                throw cutShort();
            }
            remaining -= count;
            return count;
        }

        private boolean nextChunk() throws UpstreamException {
            if (!first) {
                parser.readChunkEnd();
            }
            first = false;
            remaining = parser.readChunkSize();
            if (remaining == 0) {
                parser.readTrailers();
                complete();
            }
            return remaining > 0;
        }

        @Override
        public int available() {
            return (int) Math.min(remaining, connection.buffered());
        }
    }

    private static final class UntilClose extends ResponseBody {
        UntilClose(Connection connection) {
            super(connection);
        }

        @Override
        boolean isDelimited() {
            return false;
        }

        @Override
        int readPart(byte[] target, int offset, int length) throws UpstreamException {
            int count = connection.read(target, offset, length);
            if (count == -1) {
                requireHonestEnd();
                complete();
            }
            return count;
        }

        /** RFC 9112, section 9.8: over TLS an end that the peer has not announced is none. */
        private void requireHonestEnd() throws ConnectionLost {
            if (!connection.tellsItsEnd()) {
                throw new ConnectionLost(
                        connection.endpoint(),
                        "marks the end of its answer by closing, which over TLS anybody can",
                        null);
            }
        }

        @Override
        public int available() {
            return connection.buffered();
        }
    }
}
