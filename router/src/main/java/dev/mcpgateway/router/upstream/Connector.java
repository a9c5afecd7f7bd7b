package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/** Opens connections. Nothing has been said on them yet: see {@link Connection#begin}. */
final class Connector {
    /**
     * A machine that is gone is noticed after a minute of silence, by event streams too, which may be silent for ever:
     * seconds until the first question whether it is there, seconds between questions, and how many.
     */
    private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 30,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    private Connector() {}

    static Connection open(Endpoint endpoint, Deadline deadline) throws IOException {
        return switch (endpoint) {
            case Endpoint.Tcp(var address, var port) ->
                over(tcp(address, port, deadline), channel -> new Connection(endpoint, new SocketTransport(channel)));
            case Endpoint.Tls(var address, var port, var name, var caFile) ->
                over(
                        tcp(address, port, deadline),
                        channel ->
                                new Connection(endpoint, new TlsTransport(channel, Trust.context(caFile), name, port)));
            case Endpoint.Unix(var socket) ->
                over(unix(socket), channel -> new Connection(endpoint, new UnixTransport(channel)));
        };
    }

    @FunctionalInterface
    private interface Step<T> {
        T apply(SocketChannel channel) throws IOException;
    }

    private static SocketChannel tcp(InetAddress address, int port, Deadline deadline) throws IOException {
        return over(SocketChannel.open(), channel -> {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            for (Map.Entry<SocketOption<Integer>, Integer> option : KEEP_ALIVE.entrySet()) {
                if (channel.supportedOptions().contains(option.getKey())) {
                    channel.setOption(option.getKey(), option.getValue());
                }
            }
            channel.socket().connect(new InetSocketAddress(address, port), deadline.millisLeft());
            return channel;
        });
    }

    private static SocketChannel unix(Path socket) throws IOException {
        return over(SocketChannel.open(StandardProtocolFamily.UNIX), channel -> {
            channel.connect(UnixDomainSocketAddress.of(socket)); // the kernel answers at once
            return channel;
        });
    }

    /** Closes the channel if the step fails. */
    private static <T> T over(SocketChannel channel, Step<T> step) throws IOException {
        boolean done = false;
        try {
            T result = step.apply(channel);
            done = true;
            return result;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }
}
