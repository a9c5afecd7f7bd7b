package dev.mcpgateway.demo;

import io.helidon.http.media.MediaContext;
import io.helidon.http.media.jsonp.JsonpSupport;
import io.helidon.webserver.WebServer;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;

/** A running demo server; it serves MCP at {@code /mcp}. Safe for use by any number of threads. */
public final class DemoServer implements AutoCloseable {
    private static final int MAX_MESSAGE_BYTES = 1024 * 1024;
    private static final int MAX_CONNECTIONS = 1024;
    private static final int MAX_SESSIONS = 1024;
    private static final Duration SESSION_LIFETIME = Duration.ofHours(1);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(1);

    private final WebServer server;
    private final Sessions sessions;

    private DemoServer(WebServer server, Sessions sessions) {
        this.server = server;
        this.sessions = sessions;
    }

    /**
     * Starts listening.
     *
     * @param host the name or address to listen on, usually {@code 127.0.0.1}: nothing here asks who calls
     * @param port 0 for any free one
     * @throws UncheckedIOException if the host is unknown or the port is not to be had; the message is for a person
     */
    public static DemoServer start(String host, int port) {
        Sessions sessions = new Sessions(MAX_SESSIONS, SESSION_LIFETIME, Clock.systemUTC());
        WebServer server = WebServer.builder()
                .address(address(host))
                .port(port)
                .shutdownHook(false)
                .maxPayloadSize(MAX_MESSAGE_BYTES)
                .maxTcpConnections(MAX_CONNECTIONS)
                .shutdownGracePeriod(SHUTDOWN_TIMEOUT)
                .connectionOptions(options -> options.tcpNoDelay(true))
                .mediaContext(MediaContext.builder()
                        .addMediaSupport(JsonpSupport.create())
                        .build())
                .routing(routing -> routing.register(new McpEndpoint(sessions))
                        .error(Refusal.class, (_, response, refusal) -> refusal.answer(response)))
                .build()
                .start();
        if (server.port() == -1) {
            throw new UncheckedIOException(new BindException("the demo MCP server cannot listen on " + host + ":" + port
                    + ": another program uses that port, or the address is not of this machine"));
        }
        return new DemoServer(server, sessions);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Ends the event streams and stops listening. */
    @Override
    public void close() {
        sessions.close();
        server.stop();
    }

    /**
     * Serves until the process is told to end; {@code --port PORT}, 3000 where it is not given. It listens on
     * 127.0.0.1, or on the address in {@code MCP_BIND_HOST}, as in a container.
     */
    public static void main(String[] arguments) {
        String host = System.getenv().getOrDefault("MCP_BIND_HOST", "127.0.0.1");
        DemoServer server;
        try {
            server = start(host, port(arguments));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("The demo MCP server listens at http://" + host + ":" + server.port() + "/mcp");
    }

    private static int port(String[] arguments) {
        if (arguments.length == 0) {
            return 3000;
        }
        if (arguments.length == 2 && arguments[0].equals("--port") && arguments[1].matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(arguments[1]);
            if (port <= 65535) {
                return port;
            }
        }
        throw new IllegalArgumentException(
                "usage: demo-server [--port PORT], where PORT is 0 (any free one) to 65535; got: "
                        + String.join(" ", arguments));
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            throw new UncheckedIOException(
                    new UnknownHostException("the demo MCP server cannot listen on " + host + ": no such host"));
        }
    }
}
