package dev.mcpgateway.router.certificate;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives a handshake the certificate of the host that the client named, else that of the default host. Keys are held
 * ready for use. Certificates can be replaced at any time; handshakes under way keep the one they began with.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    private final String defaultHost;
    private final Map<String, String> aliasByHost;
    private final Map<String, Credential> credentialByAlias;
    private final Consumer<Socket> beforeUse;

    /** @param defaultHost for clients that name no host, or an unknown one */
    SniKeyManager(String defaultHost) {
        this.defaultHost = defaultHost;
        this.aliasByHost = new ConcurrentHashMap<>();
        this.credentialByAlias = new ConcurrentHashMap<>();
        this.beforeUse = _ -> {};
    }

    private SniKeyManager(SniKeyManager keys, Consumer<Socket> beforeUse) {
        this.defaultHost = keys.defaultHost;
        this.aliasByHost = keys.aliasByHost;
        this.credentialByAlias = keys.credentialByAlias;
        this.beforeUse = beforeUse;
    }

    /** The same keys; the action is called with the socket of a handshake before one of them is used for it. */
    SniKeyManager announcing(Consumer<Socket> action) {
        return new SniKeyManager(this, action);
    }

    /** From now on this is the host's certificate. The one before the last is forgotten. */
    void use(String host, Credential credential) {
        String alias = host + "#" + credential.certificate().getSerialNumber();
        credentialByAlias.put(alias, credential);
        String previous = aliasByHost.put(host, alias);
        credentialByAlias
                .keySet()
                .removeIf(known -> known.startsWith(host + "#") && !known.equals(alias) && !known.equals(previous));
    }

    /** Forgets the certificates of all other hosts. */
    void retain(Set<String> hosts) {
        aliasByHost.keySet().retainAll(hosts);
        credentialByAlias.keySet().removeIf(alias -> !hosts.contains(alias.substring(0, alias.lastIndexOf('#'))));
    }

    Optional<Credential> find(String host) {
        return Optional.ofNullable(aliasByHost.get(host)).map(credentialByAlias::get);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        if (!(socket instanceof SSLSocket tls)) {
            return null;
        }
        String alias = choose(keyType, tls.getHandshakeSession());
        if (alias != null) {
            beforeUse.accept(socket);
        }
        return alias;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(keyType, engine.getHandshakeSession());
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credential credential = credentialByAlias.get(alias);
        return credential == null ? null : credential.key();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credential credential = credentialByAlias.get(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliasByHost.values().toArray(String[]::new);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private @Nullable String choose(String keyType, @Nullable SSLSession session) {
        String alias = aliasByHost.get(requestedHost(session));
        if (alias == null) {
            alias = aliasByHost.get(defaultHost);
        }
        Credential credential = alias == null ? null : credentialByAlias.get(alias);
        boolean fits = credential != null && credential.key().getAlgorithm().equals(keyType);
        return fits ? alias : null;
    }

    private static String requestedHost(@Nullable SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            return extended.getRequestedServerNames().stream()
                    .filter(SNIHostName.class::isInstance)
                    .map(name -> ((SNIHostName) name).getAsciiName().toLowerCase(Locale.ROOT))
                    .findFirst()
                    .orElse("");
        }
        return "";
    }
}
