package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Opens connections. Nothing has been said on them yet: see {@link Connection#begin}. */
final class Connector {
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
