package dev.mcpgateway.router;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks every second whether a file says something else, by its content: editors and orchestrators replace files in
 * ways that times and names do not tell. What a look finds counts once the next one finds it too, so that half a file
 * that is being written does not. Closing it ends that.
 */
final class FileWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final long MAX_BYTES = 4L * 1_048_576;

    private final Path file;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Look counting;
    private Look last;

    /** What there was to see: the text, or in words why there is none. */
    private record Look(boolean isText, String words) {}

    /** Told of every change, by one thread. */
    interface Listener {
        /** The file says this now. */
        void changed(String text);

        /** @param problem why nobody knows what the file says now */
        void unreadable(String problem);
    }

    private FileWatch(Path file, Listener listener) {
        this.file = file;
        this.listener = listener;
        this.last = look();
        this.counting = last.isText() ? null : last;
    }

    /** Watches from now on. What the file says at this moment is told too: it may have changed since it was read. */
    static FileWatch start(Path file, Listener listener) {
        FileWatch watch = new FileWatch(file, listener);
        Thread.ofVirtual().name("file-watch").start(watch::watchUntilClosed);
        return watch;
    }

    private void watchUntilClosed() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                Look now = look();
                if (now.equals(last) && !now.equals(counting)) {
                    counting = now;
                    tell(now);
                }
                last = now;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private void tell(Look look) {
        if (look.isText()) {
            listener.changed(look.words());
        } else {
            listener.unreadable(look.words());
        }
    }

    private Look look() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return new Look(false, "%s is larger than %d bytes".formatted(file, MAX_BYTES));
            }
            return new Look(true, Files.readString(file));
        } catch (CharacterCodingException _) {
            return new Look(false, "%s is not UTF-8".formatted(file));
        } catch (IOException e) {
            return new Look(
                    false, "%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()));
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
