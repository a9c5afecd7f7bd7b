package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/** Writes to a client in a way that shows when it does not read. */
final class WatchedWriter implements DataWriter {
    private final DataWriter writer;
    private final ClientSocket socket;

    WatchedWriter(DataWriter writer, ClientSocket socket) {
        this.writer = writer;
        this.socket = socket;
    }

    @Override
    public void write(BufferData... buffers) {
        socket.write(() -> writer.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        socket.write(() -> writer.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
        socket.write(() -> writer.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        socket.write(() -> writer.writeNow(buffer));
    }
}
