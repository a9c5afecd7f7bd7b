package dev.mcpgateway.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An MCP server that answers everything with an event stream and never says anything. */
final class SilentServer implements AutoCloseable {
    private static final int BACKLOG = 512;

    private final ServerSocket server;

    private SilentServer(ServerSocket server) {
        this.server = server;
        Thread.ofVirtual().start(this::serve);
    }

    static SilentServer start() throws IOException {
        return new SilentServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> keepSilent(socket));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private static void keepSilent(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] request = new byte[4096];
            for (int count = in.read(request); count != -1; count = in.read(request)) {
                if (new String(request, 0, count, StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException _) {
            // the router has left
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
