package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.http2.Http2Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer in HTTP/2. Whatever ends it, the other streams of the connection go on. */
final class Http2ClientStream implements ClientStream {
    private final ClientConnection connection;
    private final Http2Stream stream;

    Http2ClientStream(ClientConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /** The body of a request; a client that waits to be asked for it is asked. */
    static InputStream body(Http2Stream stream, RequestHead head) {
        if (head.awaitsContinue()) {
            try {
                stream.sendInformational(100);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return stream.body();
    }

    @Override
    public boolean isSecure() {
        return connection.isSecure();
    }

    @Override
    public String serverName() {
        return connection.serverName();
    }

    @Override
    public List<X509Certificate> certificates() {
        return connection.certificates();
    }

    @Override
    public void send(@Nullable AnswerHead head, byte[] bytes, int offset, int length, boolean end) throws IOException {
        stream.send(head == null ? List.of() : head.http2(), bytes, offset, length, end);
    }

    @Override
    public boolean isReadAlways() {
        return true;
    }

    /** Nothing overflows: the client has a window. */
    @Override
    public void watch(Runnable gone, boolean overflowIsLeaving) {
        stream.watch(gone);
    }

    @Override
    public void unwatch() {
        stream.unwatch();
    }

    /** The stream is reset by its connection if the answer or the request has not ended. */
    @Override
    public void finish(boolean ended, boolean closing, ClientBody body) {}
}
