package dev.mcpgateway.router.docker;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A stand-in for Docker's API behind a filtering socket proxy: it lists what it is told runs, and streams events in
 * chunks. Whatever else is asked for gets 403.
 */
public final class FakeDocker implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<SocketChannel> streams = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String list = "[]";
    private volatile int status = 200;
    private volatile SocketChannel waiting;

    private FakeDocker(ServerSocketChannel listener) {
        this.listener = listener;
        Thread.ofVirtual().start(this::accept);
    }

    public static FakeDocker overTcp() throws IOException {
        return listening(ServerSocketChannel.open(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public static FakeDocker overSocket(Path file) throws IOException {
        return listening(ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(file));
    }

    private static FakeDocker listening(ServerSocketChannel listener, SocketAddress address) throws IOException {
        listener.bind(address);
        return new FakeDocker(listener);
    }

    /** As it is written in {@code DOCKER_API_URL}. */
    public String url() throws IOException {
        return switch (listener.getLocalAddress()) {
            case InetSocketAddress address -> "http://127.0.0.1:" + address.getPort();
            case UnixDomainSocketAddress address -> "unix:" + address.getPath();
            default -> throw new IllegalStateException();
        };
    }

    /** From now on these run; nobody is told. */
    public FakeDocker list(String... containers) {
        return answer(200, "[" + String.join(",", containers) + "]");
    }

    /** What a list is answered with from now on. */
    public FakeDocker answer(int withStatus, String body) {
        list = body;
        status = withStatus;
        return this;
    }

    /** Answers whoever waits since the status was 0, which is no answer. */
    public void answerLate(int withStatus, String body) {
        answer(withStatus, body);
        answerList(waiting);
    }

    /** Tells everybody who listens that something happened. */
    public void emit() {
        streams.forEach(stream -> send(stream, "11\r\n{\"Type\":\"x\"}   \n\r\n"));
    }

    /** Breaks the streams of events. */
    public void breakStreams() throws IOException {
        List<SocketChannel> broken = List.copyOf(streams);
        streams.removeAll(broken);
        for (SocketChannel stream : broken) {
            stream.close();
        }
    }

    public int streams() {
        return streams.size();
    }

    /** The first lines of what was asked. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** A container as the list shows it. */
    public static String container(String name, String network, String address, Map<String, String> labels) {
        String written = labels.entrySet().stream()
                .map(label -> "\"%s\":\"%s\"".formatted(label.getKey(), label.getValue()))
                .collect(Collectors.joining(","));
        return """
                {"Id":"8dfafdbc3a40","Names":["/%s"],"Image":"x","Created":1367854155,"State":"running",
                 "Status":"Up 2 minutes","Ports":[{"PrivatePort":3000,"Type":"tcp"}],"Labels":{%s},"SizeRw":12288,
                 "HostConfig":{"NetworkMode":"default"},
                 "NetworkSettings":{"Networks":{"%s":{"IPAddress":"%s","IPPrefixLen":16,"GlobalIPv6Address":"","Aliases":null}}},
                 "Mounts":[]}""".formatted(name, written, network, address);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(SocketChannel connection) {
        try (InputStream in = Channels.newInputStream(connection)) {
            for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
                String request = head.substring(0, head.indexOf("\r\n"));
                requests.add(request);
                if (status == 200 && request.startsWith("GET /v1.44/events?filters=%7B")) {
                    send(
                            connection,
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                    streams.add(connection);
                } else if (request.startsWith(
                        "GET /v1.44/containers/json?filters=%7B%22status%22%3A%5B%22running%22")) {
                    waiting = connection;
                    if (status != 0) {
                        answerList(connection);
                    }
                } else {
                    send(connection, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                }
            }
        } catch (IOException _) {
            // the client or the test has closed it
        } finally {
            streams.remove(connection);
        }
    }

    private void answerList(SocketChannel connection) {
        send(
                connection,
                "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(status, list.length(), list));
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next == -1) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void send(SocketChannel connection, String bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
            while (buffer.hasRemaining()) {
                connection.write(buffer);
            }
        } catch (IOException _) {
            // the client has left
        }
    }
}
