package dev.mcpgateway.router.entrypoint;

import io.helidon.webserver.CloseConnectionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer in HTTP/1.1: one write for each piece, so that a small piece is one packet and one TLS record. */
final class Http1Stream implements ClientStream {
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final RawResponse response;
    private boolean chunked;

    Http1Stream(RawResponse response) {
        this.response = response;
    }

    @Override
    public boolean isSecure() {
        return response.connection().isSecure();
    }

    @Override
    public String serverName() {
        return response.connection().serverName();
    }

    @Override
    public List<X509Certificate> certificates() {
        return response.connection().certificates();
    }

    @Override
    public void send(@Nullable AnswerHead head, byte[] bytes, int offset, int length, boolean end) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + (head == null ? 32 : 1024));
        if (head != null) {
            chunked = head.chunked();
            out.writeBytes(head.http1());
        }
        if (length > 0) {
            byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            out.write(size, 0, chunked ? size.length : 0);
            out.write(bytes, offset, length);
            out.write(LAST_CHUNK, 1, chunked ? 2 : 0);
        }
        if (end && chunked) {
            out.writeBytes(LAST_CHUNK);
        }
        if (out.size() > 0) {
            emit(out.toByteArray());
        }
    }

    /** Nobody reads while a request is answered. */
    @Override
    public boolean isReadAlways() {
        return false;
    }

    @Override
    public void watch(Runnable gone, boolean overflowIsLeaving) {
        response.connection().bytes().watch(gone, overflowIsLeaving);
    }

    @Override
    public void unwatch() {
        response.connection().bytes().unwatch();
    }

    /** @throws CloseConnectionException to have the web server close the connection */
    @Override
    public void finish(boolean ended, boolean closing, ClientBody body) {
        if (!ended) {
            throw new CloseConnectionException("The answer was broken off");
        }
        response.close();
        if (closing) {
            if (body.progress() != ClientBody.Progress.WHOLE) {
                response.connection().linger();
            }
            throw new CloseConnectionException("The connection carries no other request");
        }
        try {
            body.drop();
        } catch (IOException e) {
            throw new CloseConnectionException("The request's body could not be read to its end", e);
        }
        response.connection().awaitRequest();
    }

    private void emit(byte[] bytes) throws IOException {
        try {
            response.emit(bytes);
        } catch (UncheckedIOException e) {
            throw new IOException("The client has left", e);
        }
    }
}
