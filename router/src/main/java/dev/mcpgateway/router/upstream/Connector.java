package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** Opens connections. */
final class Connector {
    private Connector() {}

    static Connection open(Endpoint endpoint, Deadline deadline) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.socket().connect(endpoint.socketAddress(), deadline.millisLeft());
            connected = true;
            return new Connection(endpoint, channel);
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }
}
