package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Plain bytes over TCP. */
final class SocketTransport implements Transport {
    private final SocketChannel channel;
    private final InputStream in;

    SocketTransport(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.in = channel.socket().getInputStream();
    }

    @Override
    public void begin() {
        // nothing is said before the first request
    }

    @Override
    public int read(byte[] target, int offset, int length, int timeoutMillis) throws IOException {
        channel.socket().setSoTimeout(timeoutMillis);
        return in.read(target, offset, length);
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
    public void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    @Override
    public boolean isQuiet() {
        return isQuiet(channel);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        close(channel);
    }

    static boolean isQuiet(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            try {
                return channel.read(ByteBuffer.allocate(1)) == 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException _) {
            return false; // broken is as bad as closed
        }
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing is left to be done with it
        }
    }
}
