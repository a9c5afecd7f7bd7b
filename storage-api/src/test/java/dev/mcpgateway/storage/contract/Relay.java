package dev.mcpgateway.storage.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a store and its server on this machine, and can cut all connections at once. Then it takes new ones.
 */
public final class Relay implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int LARGEST_PIECE = 64 * 1024;

    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** How many pieces still get to the server before the cut; negative if none is due. */
    private int left = -1;

    private Relay(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    public static Relay to(int serverPort) throws IOException {
        var relay = new Relay(new ServerSocket(0, 100, LOOPBACK), serverPort);
        Thread.ofPlatform().daemon().name("relay").start(relay::accept);
        return relay;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Lets this many more pieces get to the server, waits for its answer, and cuts all connections instead of passing
     * that on. With 0 the next piece does not get to the server.
     */
    public synchronized void cutAfter(int pieces) {
        left = pieces;
    }

    /** Calls the cut off, if there was none yet. Returns whether there was. */
    public synchronized boolean hasCut() {
        boolean cut = left < 0;
        left = -1;
        return cut;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                var server = new Socket(LOOPBACK, serverPort);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                Thread.ofPlatform().daemon().start(() -> pump(client, server, true));
                Thread.ofPlatform().daemon().start(() -> pump(server, client, false));
            }
        } catch (IOException _) {
            // Closed, or the server is gone.
            cut();
        }
    }

    private void pump(Socket from, Socket to, boolean toServer) {
        byte[] piece = new byte[LARGEST_PIECE];
        try {
            InputStream in = from.getInputStream();
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                synchronized (this) {
                    if (left == 0) {
                        left = -1;
                        cut();
                        return;
                    }
                    if (left > 0 && toServer) {
                        left--;
                    }
                    to.getOutputStream().write(piece, 0, length);
                }
            }
        } catch (IOException _) {
            // Cut, by us or by one of them.
        }
        end(from);
        end(to);
    }

    private void cut() {
        sockets.forEach(this::end);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
