package dev.mcpgateway.router.entrypoint;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection that may be a trusted proxy's. The first read takes the PROXY header away, on the thread that reads, so
 * that a proxy that is slow with it holds up nobody else.
 */
final class ProxiedSocket extends Socket {
    private final Predicate<InetAddress> hasHeader;
    private volatile @Nullable InetAddress client;

    /** @param hasHeader whether the peer of that address begins with a header; others are passed through */
    ProxiedSocket(Predicate<InetAddress> hasHeader) {
        this.hasHeader = hasHeader;
    }

    /** Whose connection the proxy passes on; the proxy itself until the header was read, or if it speaks for itself. */
    InetAddress client() {
        InetAddress told = client;
        return told == null ? getInetAddress() : told;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = super.getInputStream();
        return hasHeader.test(getInetAddress()) ? new WithoutHeader(in) : in;
    }

    private final class WithoutHeader extends FilterInputStream {
        private boolean headerRead;

        WithoutHeader(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            skipHeader();
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            skipHeader();
            return in.read(target, offset, length);
        }

        private void skipHeader() throws IOException {
            if (!headerRead) {
                client = ProxyProtocol.read(in).orElse(null);
                headerRead = true;
            }
        }
    }
}
