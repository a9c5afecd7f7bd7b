package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.BiConsumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** TLS behind proxies that begin each connection with a PROXY header: a listener that lays TLS over what follows it. */
final class ProxiedTls extends SSLContext {
    /**
     * @param tls for the keys
     * @param accepted called with each connection, and with what is under its TLS
     */
    ProxiedTls(SSLContext tls, BiConsumer<Socket, ProxiedSocket> accepted, TrustedProxies proxies) {
        super(new Spi(tls, accepted, proxies), tls.getProvider(), tls.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext tls;
        private final BiConsumer<Socket, ProxiedSocket> accepted;
        private final TrustedProxies proxies;

        Spi(SSLContext tls, BiConsumer<Socket, ProxiedSocket> accepted, TrustedProxies proxies) {
            this.tls = tls;
            this.accepted = accepted;
            this.proxies = proxies;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("It has its keys");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return tls.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return new Factory(tls.getServerSocketFactory(), tls.getSocketFactory(), accepted, proxies);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return tls.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return tls.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return tls.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return tls.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return tls.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return tls.getSupportedSSLParameters();
        }
    }

    private static final class Factory extends SSLServerSocketFactory {
        private final SSLServerSocketFactory usual;
        private final SSLSocketFactory layers;
        private final BiConsumer<Socket, ProxiedSocket> accepted;
        private final TrustedProxies proxies;

        Factory(
                SSLServerSocketFactory usual,
                SSLSocketFactory layers,
                BiConsumer<Socket, ProxiedSocket> accepted,
                TrustedProxies proxies) {
            this.usual = usual;
            this.layers = layers;
            this.accepted = accepted;
            this.proxies = proxies;
        }

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new Listener((SSLServerSocket) usual.createServerSocket(), layers, accepted, proxies);
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            throw new IOException("Made unbound");
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            throw new IOException("Made unbound");
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            throw new IOException("Made unbound");
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return usual.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return usual.getSupportedCipherSuites();
        }
    }

    /** Never bound itself is {@code settings}, which only keeps what is set. */
    private static final class Listener extends SSLServerSocket {
        private final SSLServerSocket settings;
        private final SSLSocketFactory layers;
        private final BiConsumer<Socket, ProxiedSocket> accepted;
        private final TrustedProxies proxies;

        Listener(
                SSLServerSocket settings,
                SSLSocketFactory layers,
                BiConsumer<Socket, ProxiedSocket> accepted,
                TrustedProxies proxies)
                throws IOException {
            this.settings = settings;
            this.layers = layers;
            this.accepted = accepted;
            this.proxies = proxies;
        }

        @Override
        public Socket accept() throws IOException {
            ProxiedSocket proxied = new ProxiedSocket(proxies::contains);
            implAccept(proxied);
            SSLSocket socket = (SSLSocket) layers.createSocket(proxied, null, true);
            socket.setSSLParameters(settings.getSSLParameters());
            accepted.accept(socket, proxied);
            return socket;
        }

        @Override
        public SSLParameters getSSLParameters() {
            return settings.getSSLParameters();
        }

        @Override
        public void setSSLParameters(SSLParameters parameters) {
            settings.setSSLParameters(parameters);
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return settings.getEnabledCipherSuites();
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {
            settings.setEnabledCipherSuites(suites);
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return settings.getSupportedCipherSuites();
        }

        @Override
        public String[] getSupportedProtocols() {
            return settings.getSupportedProtocols();
        }

        @Override
        public String[] getEnabledProtocols() {
            return settings.getEnabledProtocols();
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {
            settings.setEnabledProtocols(protocols);
        }

        @Override
        public void setNeedClientAuth(boolean need) {
            settings.setNeedClientAuth(need);
        }

        @Override
        public boolean getNeedClientAuth() {
            return settings.getNeedClientAuth();
        }

        @Override
        public void setWantClientAuth(boolean want) {
            settings.setWantClientAuth(want);
        }

        @Override
        public boolean getWantClientAuth() {
            return settings.getWantClientAuth();
        }

        @Override
        public void setUseClientMode(boolean mode) {
            settings.setUseClientMode(mode);
        }

        @Override
        public boolean getUseClientMode() {
            return settings.getUseClientMode();
        }

        @Override
        public void setEnableSessionCreation(boolean flag) {
            settings.setEnableSessionCreation(flag);
        }

        @Override
        public boolean getEnableSessionCreation() {
            return settings.getEnableSessionCreation();
        }
    }
}
