package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.RequestBodyFailed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** Puts one request on the wire: what is at hand in one write, a long or endless body piece by piece. */
final class RequestWriter {
    private static final int PIECE_BYTES = 16 * 1024;
    private static final Set<String> USUALLY_WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final String where;
    private final UpstreamRequest request;
    private final RequestBody body;
    private boolean begun;

    private RequestWriter(String where, UpstreamRequest request, RequestBody body) {
        this.where = where;
        this.request = request;
        this.body = body;
    }

    /**
     * Reads a short body whole, so that a slow sender does not hold up a connection.
     *
     * @param where the request goes, for messages
     */
    static RequestWriter prepare(String where, UpstreamRequest request) throws UpstreamException {
        RequestBody body = switch (request.body()) {
            case RequestBody.Sized(var stream, var length)
            when length <= RequestBody.READ_WHOLE_BYTES -> readWhole(where, stream, (int) length);
            case RequestBody.Streamed(var stream) -> readBegin(where, stream);
            case RequestBody other -> other;
        };
        return new RequestWriter(where, request, body);
    }

    private static RequestBody readWhole(String where, InputStream stream, int length) throws UpstreamException {
        byte[] whole = new byte[length];
        int count = 0;
        while (count < length) {
            count += readPiece(where, stream, whole, count, length - count);
        }
        return new RequestBody.Bytes(whole);
    }

    /** All of it if it is short; else what follows is passed on behind its begin. */
    private static RequestBody readBegin(String where, InputStream stream) throws UpstreamException {
        ByteArrayOutputStream begin = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE_BYTES];
        while (begin.size() <= RequestBody.READ_WHOLE_BYTES) {
            int count = read(where, stream, piece, 0, piece.length);
            if (count == -1) {
                return new RequestBody.Bytes(begin.toByteArray());
            }
            begin.write(piece, 0, count);
        }
        InputStream first = new ByteArrayInputStream(begin.toByteArray());
        return new RequestBody.Streamed(new SequenceInputStream(first, stream));
    }

    /** Whether any byte of the request has reached a socket. */
    boolean hasBegun() {
        return begun;
    }

    void writeTo(Connection connection, Deadline whole) throws UpstreamException {
        switch (body) {
            case RequestBody.None _ -> writeFirst(connection, whole, new byte[0]);
            case RequestBody.Bytes(var bytes) -> writeFirst(connection, whole, bytes);
            case RequestBody.Sized(var stream, var length) -> {
                writeFirst(connection, whole, new byte[0]);
                writeSized(connection, whole, stream, length);
            }
            case RequestBody.Streamed(var stream) -> {
                writeFirst(connection, whole, new byte[0]);
                writeChunks(connection, whole, stream);
            }
        }
    }

    private void writeFirst(Connection connection, Deadline whole, byte[] content) throws UpstreamException {
        byte[] head = head(connection.endpoint()).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(head.length + content.length);
        bytes.put(head).put(content).flip();
        try {
            connection.write(bytes, stall(whole));
        } finally {
            begun |= bytes.position() > 0;
        }
    }

    private void writeSized(Connection connection, Deadline whole, InputStream stream, long length)
            throws UpstreamException {
        byte[] piece = new byte[PIECE_BYTES];
        long remaining = length;
        while (remaining > 0) {
            int count = readPiece(where, stream, piece, 0, (int) Math.min(piece.length, remaining));
            connection.write(ByteBuffer.wrap(piece, 0, count), stall(whole));
            remaining -= count;
        }
    }

    private void writeChunks(Connection connection, Deadline whole, InputStream stream) throws UpstreamException {
        byte[] piece = new byte[PIECE_BYTES];
        ByteBuffer chunk = ByteBuffer.allocate(PIECE_BYTES + Integer.BYTES * 2 + CRLF.length * 2);
        for (int count = read(where, stream, piece, 0, piece.length);
                count != -1;
                count = read(where, stream, piece, 0, piece.length)) {
            if (count == 0) {
                continue; // a chunk of size 0 would end the body
            }
            byte[] size = Integer.toHexString(count).getBytes(StandardCharsets.ISO_8859_1);
            chunk.clear().put(size).put(CRLF).put(piece, 0, count).put(CRLF).flip();
            connection.write(chunk, stall(whole));
        }
        connection.write(ByteBuffer.wrap(LAST_CHUNK), stall(whole));
    }

    private Deadline stall(Deadline whole) {
        Duration patience = request.timeouts().head();
        return Deadline.after(patience).orEarlier(whole);
    }

    private String head(Endpoint endpoint) {
        StringBuilder head = new StringBuilder(1024);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        if (!request.headers().contains("Host")) {
            append(head, "Host", endpoint instanceof Endpoint.Unix ? "localhost" : endpoint.authority());
        }
        for (HeaderList.Header header : request.headers()) {
            append(head, header.name(), header.value());
        }
        switch (body) {
            case RequestBody.None _ -> {
                if (USUALLY_WITH_BODY.contains(request.method())) {
                    append(head, "Content-Length", "0");
                }
            }
            case RequestBody.Bytes(var bytes) -> append(head, "Content-Length", Integer.toString(bytes.length));
            case RequestBody.Sized(var _, var length) -> append(head, "Content-Length", Long.toString(length));
            case RequestBody.Streamed _ -> append(head, "Transfer-Encoding", "chunked");
        }
        return head.append("\r\n").toString();
    }

    private static void append(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static int readPiece(String where, InputStream stream, byte[] target, int offset, int length)
            throws UpstreamException {
        int count = read(where, stream, target, offset, length);
        if (count == -1) {
            throw new RequestBodyFailed(where, "the request's body ended before its length", null);
        }
        return count;
    }

    private static int read(String where, InputStream stream, byte[] target, int offset, int length)
            throws UpstreamException {
        try {
            return stream.read(target, offset, length);
        } catch (IOException | RuntimeException e) {
            // A server's body stream throws either, for a sender that left or whose framing is broken.
            throw new RequestBodyFailed(where, "the request's body could not be read", e);
        }
    }
}
