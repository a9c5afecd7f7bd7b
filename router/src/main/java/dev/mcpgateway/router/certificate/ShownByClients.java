package dev.mcpgateway.router.certificate;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets a handshake go on with whatever certificate a client shows, because only the route that a request takes later
 * knows whose it must be. The handshake proves that the client has the certificate's key.
 */
final class ShownByClients extends X509ExtendedTrustManager {
    private volatile List<X509Certificate> authorities = List.of();

    /** Whose certificates clients are asked for; nobody is asked for one if this is empty. */
    void askFor(Collection<ClientAuthorities> files) {
        authorities = files.stream()
                .flatMap(ClientAuthorities::certificates)
                .distinct()
                .toList();
    }

    boolean asks() {
        return !authorities.isEmpty();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        // ClientAuthorities does it
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        // ClientAuthorities does it
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        // ClientAuthorities does it
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        throw new UnsupportedOperationException("This is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw new UnsupportedOperationException("This is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw new UnsupportedOperationException("This is a server");
    }
}
