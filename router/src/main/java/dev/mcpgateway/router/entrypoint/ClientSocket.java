package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An accepted socket and what it is waited for. */
final class ClientSocket {
    private final Socket socket;
    private final @Nullable ProxiedSocket proxied;
    private final long accepted = System.nanoTime();
    private final AtomicInteger writers = new AtomicInteger();
    private volatile boolean handshaking = true;
    private volatile long writeBegun;
    private int readTimeoutMillis;

    /** @param proxied what is under the socket's TLS, if a proxy may have begun it with a header */
    ClientSocket(Socket socket, @Nullable ProxiedSocket proxied) {
        this.socket = socket;
        this.proxied = proxied;
    }

    /** The other side of the connection. */
    InetAddress peer() {
        return socket.getInetAddress();
    }

    /** The client whose connection it is; after the handshake. */
    InetAddress client() {
        return proxied == null ? peer() : proxied.client();
    }

    /** The host that the client named in its handshake, in lower case; empty if it named none. */
    String serverName() {
        if (socket instanceof SSLSocket tls && tls.getSession() instanceof ExtendedSSLSession session) {
            return session.getRequestedServerNames().stream()
                    .filter(SNIHostName.class::isInstance)
                    .map(name -> ((SNIHostName) name).getAsciiName().toLowerCase(Locale.ROOT))
                    .findFirst()
                    .orElse("");
        }
        return "";
    }

    /**
     * What the client has shown in its handshake, its own certificate first; empty if nothing. Nobody has checked it.
     */
    List<X509Certificate> certificates() {
        if (!(socket instanceof SSLSocket tls)) {
            return List.of();
        }
        try {
            return Stream.of(tls.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException _) {
            return List.of(); // it has shown none
        }
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    /** How long it has been shaking hands; 0 if it is not. */
    long handshakeNanos(long now) {
        return handshaking ? now - accepted : 0;
    }

    void endHandshake(HandshakeGate gate) {
        if (handshaking) {
            handshaking = false;
            gate.leave(socket);
        }
    }

    /** How long a write has been waiting for the client to read; 0 if there is none. */
    long writeNanos(long now) {
        return writers.get() > 0 ? now - writeBegun : 0;
    }

    void write(Runnable write) {
        writeBegun = System.nanoTime();
        writers.incrementAndGet();
        try {
            write.run();
        } finally {
            writeBegun = System.nanoTime();
            writers.decrementAndGet();
        }
    }

    /** @param millis for each read from now on; 0 waits for ever */
    void readTimeout(int millis) {
        if (millis == readTimeoutMillis) {
            return;
        }
        try {
            socket.setSoTimeout(millis);
            readTimeoutMillis = millis;
        } catch (SocketException _) {
            // closed: the read will tell
        }
    }

    /** Tells the client that nothing more will be sent to it, while what it sends can still be read. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException _) {
            // it is closed already, which says the same
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // then it is closed
        }
    }

    /** Closes at once, whatever other threads do with it; what was not sent yet is lost. */
    void cut() {
        Thread.ofVirtual().name("client-cut").start(() -> {
            try {
                socket.setSoLinger(true, 0); // else closing would wait for a write that is stuck
                socket.close();
            } catch (IOException _) {
                // then it is closed
            }
        });
    }
}
