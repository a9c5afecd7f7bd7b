package dev.mcpgateway.doctor.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificates that a server shows, good or bad. Nothing is sent over such a connection, and it is closed at once.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param chain the server's own certificate first
 */
public record TlsProbe(String protocol, List<X509Certificate> chain) {
    public TlsProbe {
        chain = List.copyOf(chain);
    }

    /** @throws IOException if there is no connection, or no handshake whatever certificates count */
    public static TlsProbe of(URI uri, Resolver resolver, Duration timeout) throws IOException {
        SSLContext context = Trust.context(new Indifferent());
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket plain = connect(uri, resolver, millis)) {
            plain.setSoTimeout(millis);
            try (SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, Urls.bare(uri.getHost()), Urls.port(uri), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                if (isName(uri.getHost())) {
                    parameters.setServerNames(List.of(new SNIHostName(uri.getHost())));
                }
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return new TlsProbe(
                        socket.getSession().getProtocol(),
                        certificates(socket.getSession().getPeerCertificates()));
            }
        }
    }

    /** To the first address that takes a connection. */
    private static Socket connect(URI uri, Resolver resolver, int millis) throws IOException {
        IOException refused = new IOException("the host name has no address");
        for (InetAddress address : resolver.resolve(uri.getHost())) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, Urls.port(uri)), millis);
                return socket;
            } catch (IOException e) {
                socket.close();
                refused = e;
            }
        }
        throw refused;
    }

    private static List<X509Certificate> certificates(Certificate[] chain) {
        return Stream.of(chain)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static boolean isName(String host) {
        return !host.startsWith("[") && !host.endsWith(".") && !host.matches("[0-9.]+");
    }

    /** Lets the handshake finish so that the chain can be judged apart from it. */
    private static final class Indifferent extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
