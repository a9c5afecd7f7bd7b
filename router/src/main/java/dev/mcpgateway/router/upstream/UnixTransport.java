package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Plain bytes over a Unix socket, which the JDK reads without a time-out only. */
final class UnixTransport implements Transport {
    private final SocketChannel channel;

    UnixTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void begin() {
        // nothing is said before the first request
    }

    @Override
    public int read(byte[] target, int offset, int length, int timeoutMillis) throws IOException {
        return channel.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public boolean timesReads() {
        return false;
    }

    @Override
    public boolean tellsItsEnd() {
        return true;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    @Override
    public boolean isQuiet() {
        return SocketTransport.isQuiet(channel);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        SocketTransport.close(channel);
    }
}
