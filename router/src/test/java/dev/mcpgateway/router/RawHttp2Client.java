package dev.mcpgateway.router;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** A client that sends the frames it is told, whatever they are. Bytes are characters (ISO-8859-1). */
final class RawHttp2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int PATIENCE_MILLIS = 15_000;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        int word(int offset) {
            return ((payload[offset] & 0xFF) << 24)
                    | ((payload[offset + 1] & 0xFF) << 16)
                    | ((payload[offset + 2] & 0xFF) << 8)
                    | (payload[offset + 3] & 0xFF);
        }

        boolean ends() {
            return (flags & END_STREAM) != 0;
        }
    }

    /** What came for one stream; {@code status} is 0 without an answer, {@code reset} -1 without a reset. */
    record Answer(int status, String body, int reset) {}

    /** Begins a connection that a server which speaks HTTP/2 goes on with. */
    RawHttp2Client(SSLSocket socket) throws IOException {
        this(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        frame(SETTINGS, 0, 0);
    }

    RawHttp2Client(SSLSocket socket, String preface) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        send(preface);
    }

    RawHttp2Client send(String bytes) throws IOException {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    RawHttp2Client frame(int type, int flags, int stream, int... bytes) throws IOException {
        StringBuilder payload = new StringBuilder();
        for (int each : bytes) {
            payload.append((char) each);
        }
        return frame(type, flags, stream, payload.toString());
    }

    RawHttp2Client frame(int type, int flags, int stream, String payload) throws IOException {
        return send(text(type, flags, stream, payload));
    }

    static String text(int type, int flags, int stream, String payload) {
        StringBuilder frame = new StringBuilder();
        int length = payload.length();
        for (int each : new int[] {length >> 16, length >> 8, length, type, flags, stream >> 24, stream >> 16}) {
            frame.append((char) (each & 0xFF));
        }
        return frame.append((char) ((stream >> 8) & 0xFF))
                .append((char) (stream & 0xFF))
                .append(payload)
                .toString();
    }

    /** A header block of literals: name, value, name, value and so on. */
    static String block(String... namesAndValues) {
        StringBuilder block = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.append('\0');
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        return block.toString();
    }

    private static void string(StringBuilder block, String text) {
        int length = text.length();
        if (length < 127) {
            block.append((char) length);
        } else {
            block.append((char) 127);
            int left = length - 127;
            for (; left >= 128; left >>= 7) {
                block.append((char) ((left & 0x7F) | 0x80));
            }
            block.append((char) left);
        }
        block.append(text);
    }

    /** The next frame; empty if the connection has ended, in whatever way. */
    Optional<Frame> read() throws IOException {
        try {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return Optional.of(new Frame(type, flags, stream, in.readNBytes(length)));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open, and silent", e);
        } catch (EOFException _) {
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // reset, which is an end too
        }
    }

    /** The next frame of that type, past others. */
    Frame await(int type) throws IOException {
        for (Optional<Frame> frame = read(); frame.isPresent(); frame = read()) {
            if (frame.get().type() == type) {
                return frame.get();
            }
        }
        throw new AssertionError("the connection ended");
    }

    /** Reads until a stream has ended. */
    Answer answer(int stream) throws IOException {
        int status = 0;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Optional<Frame> next = read(); next.isPresent(); next = read()) {
            Frame frame = next.get();
            if (frame.type() == GOAWAY) {
                throw new AssertionError("the connection ends: " + frame.word(4));
            }
            if (frame.stream() != stream) {
                continue;
            }
            switch (frame.type()) {
                case HEADERS -> status = status(frame);
                case DATA -> body.writeBytes(frame.payload());
                case RST_STREAM -> {
                    return new Answer(status, body.toString(StandardCharsets.ISO_8859_1), frame.word(0));
                }
                default -> {}
            }
            if (frame.ends() && (frame.type() == HEADERS || frame.type() == DATA)) {
                return new Answer(status, body.toString(StandardCharsets.ISO_8859_1), -1);
            }
        }
        throw new AssertionError("the connection ended without an answer");
    }

    /** The error code that the connection ends with. */
    int goAway() throws IOException {
        int code = await(GOAWAY).word(4);
        while (read().isPresent()) {
            // what was under way
        }
        return code;
    }

    /** Our answers begin with it: an index of the known table, or a literal with a known name. */
    private static int status(Frame frame) {
        byte[] block = frame.payload();
        int first = block[1] & 0xFF;
        if ((first & 0x80) != 0) {
            return new int[] {200, 204, 206, 304, 400, 404, 500}[(first & 0x7F) - 8];
        }
        return Integer.parseInt(new String(block, 3, 3, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
