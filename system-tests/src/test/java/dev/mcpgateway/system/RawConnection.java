package dev.mcpgateway.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;

/** HTTP over TLS with nobody in between who would correct it. */
final class RawConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private RawConnection() {}

    /**
     * Sends lines, each ended by CRLF, and a body; returns everything that comes back until the gateway closes, which
     * the request has to ask for.
     */
    static String exchange(Gateway gateway, List<String> head, String body) {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.httpsPort());
                SSLSocket socket = (SSLSocket) Web.trusting(gateway.certificates())
                        .getSocketFactory()
                        .createSocket(plain, "localhost", gateway.httpsPort(), true)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            String request = String.join("\r\n", head) + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
