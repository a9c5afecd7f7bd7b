package dev.mcpgateway.router.entrypoint;

import java.io.InputStream;
import java.util.Arrays;

/** Reads the beginning of what a client sends; what is not taken can be given back. */
final class PrefixReader extends InputStream {
    private final ClientBytes source;
    private byte[] piece = {};
    private int position;

    PrefixReader(ClientBytes source) {
        this.source = source;
    }

    @Override
    public int read() {
        while (position == piece.length) {
            piece = source.get();
            position = 0;
        }
        return piece[position++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        target[offset] = (byte) read();
        int more = Math.min(length - 1, piece.length - position);
        System.arraycopy(piece, position, target, offset + 1, more);
        position += more;
        return more + 1;
    }

    byte[] rest() {
        return Arrays.copyOfRange(piece, position, piece.length);
    }
}
