package dev.mcpgateway.router.certificate;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives a handshake the certificate of the host that the client named: one of exactly that name, else a wildcard, else
 * that of the default host. Keys are held ready for use. All certificates are replaced at once, at any time; handshakes
 * under way keep the one they began with.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    /** How certificate authorities look at a host (RFC 8737); nobody else speaks it. */
    private static final String CHALLENGE_PROTOCOL = "acme-tls/1";

    private final String defaultHost;
    private final ChallengeCertificates challenges;
    private final Shown shown;
    private final Consumer<Socket> beforeUse;

    /** What is shown now, and what was before: for handshakes that chose from it and have not come back for the key. */
    private static final class Shown {
        private volatile Generation now = new Generation(0, Map.of());
        private volatile Generation before = now;
    }

    /** Aliases are {@code GENERATION name}. */
    private record Generation(long number, Map<String, Credential> byName) {
        Optional<String> alias(String name) {
            return byName.containsKey(name) ? Optional.of(number + " " + name) : Optional.empty();
        }

        @Nullable
        Credential find(String alias) {
            String prefix = number + " ";
            return alias.startsWith(prefix) ? byName.get(alias.substring(prefix.length())) : null;
        }
    }

    /** @param defaultHost for clients that name no host, or an unknown one */
    SniKeyManager(String defaultHost, ChallengeCertificates challenges) {
        this(defaultHost, challenges, new Shown(), _ -> {});
    }

    private SniKeyManager(
            String defaultHost, ChallengeCertificates challenges, Shown shown, Consumer<Socket> beforeUse) {
        this.defaultHost = defaultHost;
        this.challenges = challenges;
        this.shown = shown;
        this.beforeUse = beforeUse;
    }

    /** The same keys; the action is called with the socket of a handshake before one of them is used for it. */
    SniKeyManager announcing(Consumer<Socket> action) {
        return new SniKeyManager(defaultHost, challenges, shown, action);
    }

    /** From now on exactly these are shown, by host or wildcard in lower case. Not for several threads at once. */
    void show(Map<String, Credential> byName) {
        if (!byName.equals(shown.now.byName())) {
            shown.before = shown.now;
            shown.now = new Generation(shown.before.number() + 1, Map.copyOf(byName));
        }
    }

    /** What is shown for exactly this name. */
    Optional<Credential> find(String name) {
        return Optional.ofNullable(shown.now.byName().get(name));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        if (!(socket instanceof SSLSocket tls)) {
            return null;
        }
        String alias = choose(keyType, tls.getHandshakeSession(), tls.getHandshakeApplicationProtocol());
        if (alias != null) {
            beforeUse.accept(socket);
        }
        return alias;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(keyType, engine.getHandshakeSession(), engine.getHandshakeApplicationProtocol());
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credential credential = credential(alias);
        return credential == null ? null : credential.key();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credential credential = credential(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        Generation now = shown.now;
        return now.byName().keySet().stream()
                .flatMap(name -> now.alias(name).stream())
                .toArray(String[]::new);
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

    private @Nullable String choose(String keyType, @Nullable SSLSession session, @Nullable String protocol) {
        String host = requestedHost(session);
        String alias = CHALLENGE_PROTOCOL.equals(protocol) ? CHALLENGE_PROTOCOL + " " + host : alias(host);
        Credential credential = credential(alias);
        boolean fits = credential != null && credential.key().getAlgorithm().equals(keyType);
        return fits ? alias : null;
    }

    private String alias(String host) {
        Generation now = shown.now;
        return now.alias(host)
                .or(() -> now.alias(Credential.wildcard(host)))
                .or(() -> now.alias(defaultHost))
                .orElse("");
    }

    private @Nullable Credential credential(String alias) {
        if (alias.startsWith(CHALLENGE_PROTOCOL + " ")) {
            return challenges
                    .find(alias.substring(CHALLENGE_PROTOCOL.length() + 1))
                    .orElse(null);
        }
        Credential current = shown.now.find(alias);
        return current == null ? shown.before.find(alias) : current;
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
