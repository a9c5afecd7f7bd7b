package dev.mcpgateway.router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A client that sends what it is told, byte for byte, and reads answers strictly. Bytes are characters (ISO-8859-1).
 */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = socket.getInputStream();
    }

    /** An answer, its body without chunks. */
    record Answer(int status, String head, String body) {
        List<String> all(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return Stream.of(head.split("\r\n", -1))
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }

        String header(String name) {
            return String.join(" | ", all(name));
        }
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Says that nothing more will be sent. */
    RawClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next answer, to a request that was not HEAD. */
    Answer read() throws IOException {
        Answer head = readHead();
        if (head.header("Transfer-Encoding").equals("chunked")) {
            StringBuilder body = new StringBuilder();
            for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
                body.append(chunk);
            }
            return new Answer(head.status(), head.head(), body.toString());
        }
        String length = head.header("Content-Length");
        String body = length.isEmpty() ? "" : read(Integer.parseInt(length));
        return new Answer(head.status(), head.head(), body);
    }

    Answer readHead() throws IOException {
        String head = readUntil("\r\n\r\n");
        return new Answer(Integer.parseInt(head.split(" ", 3)[1]), head, "");
    }

    /** The next chunk; empty for the last one. */
    String readChunk() throws IOException {
        int size = Integer.parseInt(readUntil("\r\n").strip(), 16);
        String chunk = read(size);
        readUntil("\r\n");
        return chunk;
    }

    /** What comes until the other side closes, in whatever way. */
    String readToEnd() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException _) {
            // reset, which is an end too
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private String read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the answer ended early");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int next = in.read();
            if (next == -1) {
                throw new IOException("the connection ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
