package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that trusts everybody, for tests that look at what they are shown. Sessions are resumed within one. */
public final class TlsClient {
    private static final X509TrustManager EVERYBODY = new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new AssertionError("this is a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // the test looks at it
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    };

    private final SSLContext context;

    private TlsClient(Optional<Credential> credential) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (credential.isPresent()) {
                store.setKeyEntry(
                        "client",
                        credential.get().key(),
                        new char[0],
                        credential.get().chain().toArray(X509Certificate[]::new));
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {EVERYBODY}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static TlsClient anonymous() {
        return new TlsClient(Optional.empty());
    }

    /** Shows its certificate where it is asked for one of its authority's. */
    static TlsClient with(Credential credential) {
        return new TlsClient(Optional.of(credential));
    }

    /** @param protocol the only one offered in ALPN */
    public SSLSocket handshake(int port, String host, String version, String protocol) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(new String[] {version});
            parameters.setApplicationProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }
}
