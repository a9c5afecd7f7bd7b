package dev.mcpgateway.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;

/** HTTP over TLS with nobody in between who would correct it. */
final class RawConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");

    private RawConnection() {}

    /** Sends lines, each ended by CRLF, and a body; returns the head and the body of the answer as they came. */
    static String exchange(Deployment gateway, List<String> head, String body) {
        return exchange(gateway.certificates(), "localhost", gateway.httpsPort(), head, body);
    }

    /**
     * The same on this machine, whatever the host.
     *
     * @param host as TLS names it
     */
    static String exchange(Path certificates, String host, int port, List<String> head, String body) {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket socket = (SSLSocket)
                        Web.trusting(certificates).getSocketFactory().createSocket(plain, host, port, true)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            String request = String.join("\r\n", head) + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readAnswer(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String readAnswer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (!isComplete(answer)) {
            int next = in.read();
            if (next == -1) {
                break;
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    private static boolean isComplete(StringBuilder answer) {
        int endOfHead = answer.indexOf("\r\n\r\n");
        if (endOfHead == -1) {
            return false;
        }
        Matcher length = CONTENT_LENGTH.matcher(answer.substring(0, endOfHead));
        return length.find()
                ? answer.length() == endOfHead + 4 + Integer.parseInt(length.group(1))
                : answer.toString().endsWith("\r\n0\r\n\r\n");
    }
}
