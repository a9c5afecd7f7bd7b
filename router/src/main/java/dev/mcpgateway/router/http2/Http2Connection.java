package dev.mcpgateway.router.http2;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection. One thread reads it; each stream is handled on a thread of its own, and a stream counts until
 * that thread is done with it, whatever the client says.
 *
 * <p>Locks: {@link #lock} guards streams and windows and is never held while something is written to the client.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113">RFC 9113</a>
 */
public final class Http2Connection {
    /** What a client may send of one body before it is read; the protocol's own beginning. */
    static final int STREAM_WINDOW = 65_535;

    private static final int CONNECTION_WINDOW = 4 * STREAM_WINDOW;
    private static final int INITIAL_CONNECTION_WINDOW = 65_535;
    private static final long MAX_WINDOW = Integer.MAX_VALUE;
    private static final int MAX_CONTINUATIONS = 16;
    private static final int FRAMES_EARNED_BY_DATA = 2;

    private static final int SETTING_ENABLE_PUSH = 2;
    private static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
    private static final int SETTING_INITIAL_WINDOW_SIZE = 4;
    private static final int SETTING_MAX_FRAME_SIZE = 5;
    private static final int SETTING_MAX_HEADER_LIST_SIZE = 6;
    private static final int MAX_MAX_FRAME_SIZE = 0xFF_FFFF;

    private final Http2Limits limits;
    private final StreamHandler handler;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final HpackDecoder decoder;
    private final Allowance frames;
    private final Allowance resets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition allDone = lock.newCondition();
    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    private volatile int open;
    private volatile long idleSince = System.nanoTime();
    private volatile int lastStream;
    private volatile boolean draining;
    private long sendWindow = INITIAL_CONNECTION_WINDOW;
    private long initialSendWindow = INITIAL_CONNECTION_WINDOW;
    private int receiveWindow = CONNECTION_WINDOW;
    private int unacknowledged;

    public Http2Connection(ByteSource source, ByteSink sink, Http2Limits limits, StreamHandler handler) {
        this.limits = limits;
        this.handler = handler;
        this.reader = new FrameReader(source);
        this.writer = new FrameWriter(sink);
        this.decoder = new HpackDecoder(limits.headerBytes());
        this.frames = new Allowance(limits.frames());
        this.resets = new Allowance(limits.resets());
    }

    /** Serves the connection until it ends, in whatever way, and closes it. */
    public void serve() {
        ErrorCode code = ErrorCode.NO_ERROR;
        try {
            writer.write(greeting());
            reader.readPreface(limits.head().toNanos());
            Frame first = nextFrame();
            if (first.type() != Frame.SETTINGS || first.has(Frame.ACK)) {
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "The first frame is not SETTINGS");
            }
            handle(first);
            while (true) {
                handle(nextFrame());
            }
        } catch (Http2Exception e) {
            code = e.code();
        } catch (SocketTimeoutException _) {
            code = open == 0 ? ErrorCode.NO_ERROR : ErrorCode.ENHANCE_YOUR_CALM; // idle, or a frame that does not end
        } catch (EOFException _) {
            // the client is done
        } catch (IOException _) {
            // it has left
        } finally {
            end(code);
        }
    }

    /** Takes no more streams and closes when the last one is done. Called by any thread, more than once. */
    public void drain() {
        draining = true;
        try {
            writer.write(Frame.GOAWAY, 0, 0, lastStream, ErrorCode.NO_ERROR.code());
        } catch (IOException _) {
            // it has ended already
        }
        if (open == 0) {
            writer.close();
        }
    }

    public boolean isIdle() {
        return open == 0;
    }

    private FrameWriter.Batch greeting() {
        byte[] settings = new byte[12];
        setting(settings, 0, SETTING_MAX_CONCURRENT_STREAMS, limits.streams());
        setting(settings, 6, SETTING_MAX_HEADER_LIST_SIZE, limits.headerBytes());
        byte[] window = new byte[4];
        word(window, 0, CONNECTION_WINDOW - INITIAL_CONNECTION_WINDOW);
        return new FrameWriter.Batch(64)
                .add(Frame.SETTINGS, 0, 0, settings, 0, settings.length)
                .add(Frame.WINDOW_UPDATE, 0, 0, window, 0, window.length);
    }

    private static void setting(byte[] target, int offset, int name, int value) {
        target[offset + 1] = (byte) name;
        word(target, offset + 2, value);
    }

    private static void word(byte[] target, int offset, int value) {
        target[offset] = (byte) (value >> 24);
        target[offset + 1] = (byte) (value >> 16);
        target[offset + 2] = (byte) (value >> 8);
        target[offset + 3] = (byte) value;
    }

    private Frame nextFrame() throws IOException {
        while (true) {
            long idle = open > 0 ? 0 : System.nanoTime() - idleSince;
            try {
                return reader.read(limits.idle().toNanos() - idle, frameNanos());
            } catch (SocketTimeoutException e) {
                boolean isIdle = open == 0
                        && System.nanoTime() - idleSince >= limits.idle().toNanos();
                if (isIdle || !reader.isBetweenFrames()) {
                    throw e;
                }
            }
        }
    }

    /** A frame of a body may take as long as the body might. */
    private long frameNanos() {
        Duration slowest = Duration.ofSeconds(Frame.MAX_PAYLOAD_BYTES / limits.bodyRate());
        return limits.head().plus(open == 0 ? Duration.ZERO : slowest).toNanos();
    }

    private void handle(Frame frame) throws IOException {
        switch (frame.type()) {
            case Frame.DATA -> data(frame);
            case Frame.HEADERS -> headers(frame);
            case Frame.PRIORITY -> priority(frame);
            case Frame.RST_STREAM -> reset(frame);
            case Frame.SETTINGS -> settings(frame);
            case Frame.PING -> ping(frame);
            case Frame.GOAWAY -> goAway(frame);
            case Frame.WINDOW_UPDATE -> windowUpdate(frame);
            case Frame.PUSH_PROMISE, Frame.CONTINUATION ->
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "A frame that has no place here");
            default -> frames.spend(); // unknown ones are ignored
        }
    }

    private void headers(Frame frame) throws IOException {
        requireClientStream(frame);
        byte[] block = headerBlock(frame);
        HpackDecoder.HeaderFields fields = decoder.decode(block);
        boolean ended = frame.has(Frame.END_STREAM);
        int id = frame.stream();
        if (id <= lastStream) {
            trailers(id, ended);
            return;
        }
        lastStream = id;
        if (draining || open >= limits.streams()) {
            resets.spend();
            sendReset(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        Http2Stream stream;
        lock.lock();
        try {
            stream = new Http2Stream(this, id, fields, ended, initialSendWindow);
            streams.put(id, stream);
            open = streams.size();
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("http2-stream").start(() -> run(stream));
    }

    private void trailers(int id, boolean ended) throws IOException {
        frames.spend();
        Http2Stream stream = find(id);
        if (stream == null) {
            return; // they crossed with our reset
        }
        boolean broken;
        lock.lock();
        try {
            if (stream.isRemoteEnded()) {
                throw new Http2Exception(ErrorCode.STREAM_CLOSED, "A request goes on after its end");
            }
            if (!ended) {
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "A second head in one request");
            }
            boolean goneBefore = stream.isGone();
            stream.receive(new byte[0], true);
            broken = stream.isGone() && !goneBefore;
        } finally {
            lock.unlock();
        }
        if (broken) {
            resets.spend();
            sendReset(id, ErrorCode.PROTOCOL_ERROR);
        }
    }

    private byte[] headerBlock(Frame frame) throws IOException {
        byte[] block = Arrays.copyOfRange(frame.payload(), frame.start(), frame.end());
        long end = System.nanoTime() + limits.head().toNanos();
        Frame part = frame;
        for (int count = 0; !part.has(Frame.END_HEADERS); count++) {
            if (count == MAX_CONTINUATIONS) {
                throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "A head in too many parts");
            }
            long left = Math.max(1, end - System.nanoTime());
            part = reader.read(left, left);
            if (part.type() != Frame.CONTINUATION || part.stream() != frame.stream()) {
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "A head is interrupted");
            }
            if (block.length + part.payload().length > limits.headerBytes()) {
                throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "A head is too large");
            }
            int length = block.length;
            block = Arrays.copyOf(block, length + part.payload().length);
            System.arraycopy(part.payload(), 0, block, length, part.payload().length);
        }
        return block;
    }

    private void run(Http2Stream stream) {
        try {
            handler.handle(stream);
        } finally {
            Thread.interrupted(); // what follows writes to the socket that all streams share
            finish(stream);
        }
    }

    private void finish(Http2Stream stream) {
        boolean reset;
        ErrorCode code;
        lock.lock();
        try {
            reset = !stream.isGone() && !(stream.isLocalEnded() && stream.isRemoteEnded());
            code = stream.isLocalEnded() ? ErrorCode.NO_ERROR : ErrorCode.INTERNAL_ERROR;
            stream.breakOff();
            streams.remove(stream.id());
            idleSince = System.nanoTime();
            open = streams.size();
            allDone.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (reset) {
                sendReset(stream.id(), code);
            }
            acknowledge(0);
        } catch (IOException _) {
            // the client has left
        }
        if (draining && open == 0) {
            writer.close();
        }
    }

    private void data(Frame frame) throws IOException {
        requireClientStream(frame);
        byte[] bytes = Arrays.copyOfRange(frame.payload(), frame.start(), frame.end());
        if (bytes.length == 0 && !frame.has(Frame.END_STREAM)) {
            frames.spend();
        }
        Http2Stream stream = find(frame.stream());
        if (stream == null && frame.stream() > lastStream) {
            throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "A body without a head");
        }
        if (stream == null) {
            frames.spend(); // it crossed with our reset
        }
        boolean overrun;
        boolean broken = false;
        boolean kept = false;
        lock.lock();
        try {
            receiveWindow -= frame.payload().length;
            overrun = receiveWindow < 0;
            if (stream != null) {
                if (stream.isRemoteEnded()) {
                    throw new Http2Exception(ErrorCode.STREAM_CLOSED, "A request goes on after its end");
                }
                overrun |= !stream.takeReceiveWindow(frame.payload().length);
                boolean goneBefore = stream.isGone();
                stream.receive(bytes, frame.has(Frame.END_STREAM));
                broken = stream.isGone() && !goneBefore;
                kept = !stream.isGone();
            }
        } finally {
            lock.unlock();
        }
        if (overrun) {
            throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "More than was allowed");
        }
        if (broken) {
            resets.spend();
            sendReset(frame.stream(), ErrorCode.PROTOCOL_ERROR);
        }
        acknowledge(kept ? frame.payload().length - bytes.length : frame.payload().length);
    }

    private void priority(Frame frame) throws IOException {
        requireClientStream(frame);
        requireLength(frame, 5);
        frames.spend();
    }

    private void reset(Frame frame) throws IOException {
        requireClientStream(frame);
        requireLength(frame, 4);
        requireKnown(frame);
        resets.spend();
        Http2Stream stream = find(frame.stream());
        if (stream != null) {
            lock.lock();
            try {
                stream.breakOff();
            } finally {
                lock.unlock();
            }
        }
    }

    private void settings(Frame frame) throws IOException {
        frames.spend();
        if (frame.stream() != 0) {
            throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "SETTINGS for a stream");
        }
        if (frame.payload().length % 6 != 0 || (frame.has(Frame.ACK) && frame.payload().length > 0)) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS of an odd length");
        }
        if (frame.has(Frame.ACK)) {
            return;
        }
        for (int offset = 0; offset < frame.payload().length; offset += 6) {
            int name = ((frame.payload()[offset] & 0xFF) << 8) | (frame.payload()[offset + 1] & 0xFF);
            apply(name, frame.word(offset + 2) & 0xFFFF_FFFFL);
        }
        writer.write(Frame.SETTINGS, Frame.ACK, 0);
    }

    private void apply(int name, long value) throws Http2Exception {
        switch (name) {
            case SETTING_ENABLE_PUSH -> require(value <= 1, ErrorCode.PROTOCOL_ERROR);
            case SETTING_INITIAL_WINDOW_SIZE -> {
                require(value <= MAX_WINDOW, ErrorCode.FLOW_CONTROL_ERROR);
                changeInitialWindow(value);
            }
            case SETTING_MAX_FRAME_SIZE ->
                require(value >= Frame.MAX_PAYLOAD_BYTES && value <= MAX_MAX_FRAME_SIZE, ErrorCode.PROTOCOL_ERROR);
            default -> {} // the table of our encoder is empty, and we push nothing
        }
    }

    private void changeInitialWindow(long value) throws Http2Exception {
        lock.lock();
        try {
            long change = value - initialSendWindow;
            initialSendWindow = value;
            for (Http2Stream stream : streams.values()) {
                require(stream.sendWindow() + change <= MAX_WINDOW, ErrorCode.FLOW_CONTROL_ERROR);
                stream.addSendWindow(change);
            }
        } finally {
            lock.unlock();
        }
    }

    private void ping(Frame frame) throws IOException {
        requireLength(frame, 8);
        require(frame.stream() == 0, ErrorCode.PROTOCOL_ERROR);
        frames.spend();
        if (!frame.has(Frame.ACK)) {
            writer.write(Frame.PING, Frame.ACK, 0, frame.payload());
        }
    }

    private void goAway(Frame frame) throws IOException {
        require(frame.stream() == 0, ErrorCode.PROTOCOL_ERROR);
        frames.spend();
        drain();
    }

    private void windowUpdate(Frame frame) throws IOException {
        requireLength(frame, 4);
        frames.spend();
        int increment = frame.word(0) & 0x7FFF_FFFF;
        if (frame.stream() == 0) {
            require(increment > 0, ErrorCode.PROTOCOL_ERROR);
            addConnectionWindow(increment);
            return;
        }
        requireKnown(frame);
        Http2Stream stream = find(frame.stream());
        if (stream == null) {
            return; // it crossed with the end of the answer
        }
        boolean valid;
        lock.lock();
        try {
            valid = increment > 0 && stream.sendWindow() + increment <= MAX_WINDOW;
            if (valid) {
                stream.addSendWindow(increment);
            } else {
                stream.breakOff();
            }
        } finally {
            lock.unlock();
        }
        if (!valid) {
            resets.spend();
            sendReset(frame.stream(), increment == 0 ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FLOW_CONTROL_ERROR);
        }
    }

    private void addConnectionWindow(int increment) throws Http2Exception {
        lock.lock();
        try {
            require(sendWindow + increment <= MAX_WINDOW, ErrorCode.FLOW_CONTROL_ERROR);
            sendWindow += increment;
            streams.values().forEach(Http2Stream::wake);
        } finally {
            lock.unlock();
        }
    }

    /** Everything that still waits for this client is told that it has left. */
    private void end(ErrorCode code) {
        draining = true;
        lock.lock();
        try {
            streams.values().forEach(Http2Stream::breakOff);
        } finally {
            lock.unlock();
        }
        try {
            writer.write(Frame.GOAWAY, 0, 0, lastStream, code.code());
            if (code != ErrorCode.NO_ERROR) {
                writer.linger();
            }
        } catch (IOException _) {
            // nobody is left to hear it
        }
        writer.close();
        awaitHandlers();
    }

    /** They were told, and what they wait for was interrupted. */
    private void awaitHandlers() {
        lock.lock();
        try {
            while (!streams.isEmpty()) {
                allDone.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendReset(int stream, ErrorCode code) throws IOException {
        writer.write(Frame.RST_STREAM, 0, stream, code.code());
    }

    private @Nullable Http2Stream find(int id) {
        lock.lock();
        try {
            return streams.get(id);
        } finally {
            lock.unlock();
        }
    }

    private void requireClientStream(Frame frame) throws Http2Exception {
        require(frame.stream() % 2 == 1, ErrorCode.PROTOCOL_ERROR);
    }

    private void requireKnown(Frame frame) throws Http2Exception {
        require(frame.stream() <= lastStream, ErrorCode.PROTOCOL_ERROR);
    }

    private static void requireLength(Frame frame, int bytes) throws Http2Exception {
        require(frame.payload().length == bytes, ErrorCode.FRAME_SIZE_ERROR);
    }

    private static void require(boolean condition, ErrorCode code) throws Http2Exception {
        if (!condition) {
            throw new Http2Exception(code, "A frame breaks the rules");
        }
    }

    // For streams.

    ReentrantLock lock() {
        return lock;
    }

    FrameWriter writer() {
        return writer;
    }

    Http2Limits limits() {
        return limits;
    }

    /**
     * Waits until the client takes more.
     *
     * @param waitNanos at most; may be negative
     * @return how many bytes may be sent now, at most as many as a frame holds; 0 if the client took none in time
     */
    int takeSendWindow(Http2Stream stream, int wanted, long waitNanos) throws IOException {
        lock.lock();
        try {
            long left = waitNanos;
            while (Math.min(sendWindow, stream.sendWindow()) <= 0 && !stream.isGone()) {
                if (left <= 0) {
                    return 0;
                }
                left = stream.await(left);
            }
            if (stream.isGone()) {
                throw new IOException("The client gave the request up");
            }
            int count = (int)
                    Math.min(Math.min(sendWindow, stream.sendWindow()), Math.min(wanted, Frame.MAX_PAYLOAD_BYTES));
            sendWindow -= count;
            stream.addSendWindow(-count);
            frames.earn(FRAMES_EARNED_BY_DATA);
            return count;
        } finally {
            lock.unlock();
        }
    }

    void returnSendWindow(int bytes) {
        lock.lock();
        try {
            sendWindow += bytes;
            streams.values().forEach(Http2Stream::wake);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of a body that nobody will read. The lock is held. */
    void returnUnread(int bytes) {
        unacknowledged += bytes;
    }

    /**
     * The handler has read a part of a body, or it was dropped. The lock is held.
     *
     * @return what the client is now to be told that it may send; 0 while that is not worth a frame
     */
    int consumed(int bytes) {
        unacknowledged += bytes;
        if (unacknowledged < CONNECTION_WINDOW / 2) {
            return 0;
        }
        int all = unacknowledged;
        receiveWindow += all;
        unacknowledged = 0;
        return all;
    }

    private void acknowledge(int bytes) throws IOException {
        int all;
        lock.lock();
        try {
            all = consumed(bytes);
        } finally {
            lock.unlock();
        }
        if (all > 0) {
            writer.write(Frame.WINDOW_UPDATE, 0, 0, all);
        }
    }
}
