package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS over TCP, to a server whose certificate is for its name. */
final class TlsTransport implements Transport {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SocketChannel channel;
    private final SSLSocket tls;

    /** @param name that the certificate must be for, also sent as SNI */
    TlsTransport(SocketChannel channel, SSLContext context, String name, int port) throws IOException {
        this.channel = channel;
        this.tls = (SSLSocket) context.getSocketFactory().createSocket(channel.socket(), name, port, true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(PROTOCOLS);
        tls.setSSLParameters(parameters);
    }

    @Override
    public void begin() throws IOException {
        tls.startHandshake();
    }

    @Override
    public int read(byte[] target, int offset, int length, int timeoutMillis) throws IOException {
        channel.socket().setSoTimeout(timeoutMillis);
        return tls.getInputStream().read(target, offset, length);
    }

    /** One byte of a record now and then would begin the time-out anew. */
    @Override
    public boolean timesReads() {
        return false;
    }

    /** The JDK's sockets do not say whether the peer announced it. */
    @Override
    public boolean tellsItsEnd() {
        return false;
    }

    /** Nobody knows how much of a failed write has left, so that all of it counts as sent. */
    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int start = bytes.arrayOffset() + bytes.position();
        int length = bytes.remaining();
        bytes.position(bytes.limit());
        tls.getOutputStream().write(bytes.array(), start, length);
    }

    /** What has come unasked may be a goodbye; nobody looks closer. Some of it may be deciphered already. */
    @Override
    public boolean isQuiet() {
        try {
            return tls.getInputStream().available() == 0 && SocketTransport.isQuiet(channel);
        } catch (IOException _) {
            return false; // broken is as bad as closed
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Without TLS's goodbye, for which it would have to wait. */
    @Override
    public void close() {
        SocketTransport.close(channel);
    }
}
