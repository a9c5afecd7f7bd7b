package dev.mcpgateway.router.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Writes lines on a thread of its own, so that a slow disk or a reader that does not read holds up no request. Beyond
 * 10,000 lines that wait, lines are dropped and counted. Thread-safe.
 */
public final class LineWriter implements Consumer<String>, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LineWriter.class.getName());
    private static final int MAX_WAITING = 10_000;
    private static final long POLL_MILLIS = 200;
    private static final long STOP_MILLIS = 2_000;

    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Sink sink;
    private final Thread writer;
    private volatile boolean closed;
    private boolean troubled;

    /** Where lines go. */
    @FunctionalInterface
    public interface Sink {
        /** @param lines whole lines with their ends */
        void write(byte[] lines) throws IOException;
    }

    public LineWriter(Sink sink) {
        this.sink = sink;
        this.writer = Thread.ofPlatform().daemon().name("access-log").start(this::writeUntilClosed);
    }

    /** To a stream of the process. */
    public static Sink to(OutputStream stream) {
        return lines -> {
            stream.write(lines);
            stream.flush();
        };
    }

    /** To the end of a file, for its owner only, which is opened for each write so that it can be moved away. */
    public static Sink to(Path file) {
        return lines -> {
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(file, lines, StandardOpenOption.APPEND);
        };
    }

    @Override
    public void accept(String line) {
        if (!waiting.offer(line)) {
            dropped.increment();
        }
    }

    /** Lines that were dropped so far. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes what waits, for at most two seconds. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(STOP_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // whoever waits for us has given up
        }
    }

    private void writeUntilClosed() {
        try {
            while (!closed || !waiting.isEmpty()) {
                String first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<String> lines = new ArrayList<>();
                    lines.add(first);
                    waiting.drainTo(lines);
                    write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8), lines.size());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    /** Trouble is reported once, and once more when it is over. */
    private void write(byte[] text, int lines) {
        try {
            sink.write(text);
            if (troubled) {
                LOG.log(Level.INFO, "access-log state=written");
            }
            troubled = false;
        } catch (IOException e) {
            dropped.add(lines);
            if (!troubled) {
                LOG.log(
                        Level.WARNING,
                        "access-log state=lost reason={0} fix=\"see ACCESS_LOG\"",
                        e.getClass().getSimpleName());
            }
            troubled = true;
        }
    }
}
