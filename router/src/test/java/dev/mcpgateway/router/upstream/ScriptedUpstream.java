package dev.mcpgateway.router.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that says byte for byte what it is told, whether that is HTTP or not, and remembers what it was sent. Bytes
 * are characters (ISO-8859-1).
 */
public final class ScriptedUpstream implements AutoCloseable {
    /** What happens on one connection; it is closed at the end. */
    @FunctionalInterface
    public interface Script {
        void play(Peer peer) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    private ScriptedUpstream(Script script, ServerSocket listener) {
        this.script = script;
        this.listener = listener;
        Thread.ofVirtual().start(this::accept);
    }

    /** Plays the script on every connection. */
    public static ScriptedUpstream playing(Script script) throws IOException {
        return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    /** Accepts what the listener does. */
    public static ScriptedUpstream on(ServerSocket listener, Script script) {
        return new ScriptedUpstream(script, listener);
    }

    /** Listens at an address of one's choice, such as 127.0.0.2; port 0 for a free one. */
    public static ScriptedUpstream at(String address, int port, Script script) throws IOException {
        return on(new ServerSocket(port, 50, InetAddress.ofLiteral(address)), script);
    }

    /** Answers every request with the same bytes and keeps connections open. */
    public static ScriptedUpstream answering(String answer) throws IOException {
        return playing(peer -> {
            while (peer.readRequest().isPresent()) {
                peer.send(answer);
            }
        });
    }

    /** Answers one request per connection and closes it. */
    public static ScriptedUpstream answeringOnce(String answer) throws IOException {
        return playing(peer -> {
            peer.readRequest();
            peer.send(answer);
        });
    }

    /** A port that is free at every loopback address, and not one that the system gives to connections. */
    public static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // taken; try another
            }
        }
        throw new IllegalStateException("no free port");
    }

    public Endpoint endpoint() {
        return Endpoint.of(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
    }

    /** What came, whole requests only, in the order in which they were complete. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** How many connections were ever made. */
    public int connections() {
        return accepted.get();
    }

    /** How many connections are open on this side. */
    public int openConnections() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> play(socket, number));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private void play(Socket socket, int number) {
        try (socket) {
            script.play(new Peer(socket, number));
        } catch (IOException _) {
            // the client left, as it does in many tests
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    /** The other end of one connection. */
    public final class Peer {
        private final Socket socket;
        private final int number;

        private final InputStream in;

        private Peer(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** Whether the first bytes of the next request are these; they remain to be read. */
        public boolean asksFor(String start) throws IOException {
            in.mark(start.length());
            byte[] first = in.readNBytes(start.length());
            in.reset();
            return start.equals(new String(first, StandardCharsets.ISO_8859_1));
        }

        /** 1 for the first connection that was made. */
        public int number() {
            return number;
        }

        /** The next whole request; empty if the client closed before its first byte. */
        public Optional<String> readRequest() throws IOException {
            String head = readUntil("\r\n\r\n");
            if (head.isEmpty()) {
                return Optional.empty();
            }
            String lower = head.toLowerCase(Locale.ROOT);
            String body = "";
            if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
                body = readUntil("\r\n0\r\n\r\n");
            } else if (lower.contains("\r\ncontent-length: ")) {
                String length = lower.split("\r\ncontent-length: ", 2)[1].split("\r", 2)[0];
                body = read(Integer.parseInt(length));
            }
            requests.add(head + body);
            return Optional.of(head + body);
        }

        /** The head of the next request. */
        public String readHead() throws IOException {
            return readUntil("\r\n\r\n");
        }

        public void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** What comes until the client closes; throws if the connection is reset. */
        public String readToEnd() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        /** What one read gives, which is what one write sent if it was small. */
        public String readWhatCame() throws IOException {
            byte[] bytes = new byte[64 * 1024];
            int count = in.read(bytes);
            return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        }

        /** Sends a letter now and then until the client closes. */
        public void drip() throws IOException {
            socket.setSoTimeout(20);
            while (true) {
                try {
                    if (in.read() == -1) {
                        return;
                    }
                } catch (SocketTimeoutException _) {
                    send("x"); // time for the next one
                }
            }
        }

        /** Ends the connection without the usual goodbye. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        private String read(int length) throws IOException {
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        private String readUntil(String end) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] mark = end.getBytes(StandardCharsets.ISO_8859_1);
            int matched = 0;
            while (matched < mark.length) {
                int next = in.read();
                if (next == -1) {
                    if (bytes.size() == 0) {
                        return "";
                    }
                    throw new IOException("the client closed in the middle of a request");
                }
                bytes.write(next);
                matched = next == mark[matched] ? matched + 1 : next == mark[0] ? 1 : 0;
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
