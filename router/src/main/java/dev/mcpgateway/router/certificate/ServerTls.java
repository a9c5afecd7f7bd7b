package dev.mcpgateway.router.certificate;

import java.net.Socket;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** What an entry point needs to speak TLS. */
@FunctionalInterface
public interface ServerTls {
    /** @param beforeSigning called with the socket of each handshake before its key is used */
    SSLContext context(Consumer<Socket> beforeSigning);

    /** Whether clients are asked for a certificate at this moment; they need not show one. */
    default boolean asksForCertificates() {
        return false;
    }
}
