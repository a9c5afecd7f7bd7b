package dev.mcpgateway.oracle.key;

import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns key rings every few seconds, so that every oracle knows soon what another one did. Closing it ends that. */
public final class KeyRotation implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(KeyRotation.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final List<KeyRing<?>> rings;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean troubled;

    private KeyRotation(List<KeyRing<?>> rings) {
        this.rings = List.copyOf(rings);
    }

    public static KeyRotation start(List<KeyRing<?>> rings) {
        KeyRotation rotation = new KeyRotation(rings);
        Thread.ofVirtual().name("key-rotation").start(rotation::run);
        return rotation;
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                turn();
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    /** Says once that it does not work, and once that it works again. */
    private void turn() {
        try {
            rings.forEach(KeyRing::turn);
            if (troubled) {
                LOGGER.log(Level.INFO, "keys are read from the store again");
            }
            troubled = false;
        } catch (StoreException | KeysLockedException e) {
            if (!troubled) {
                LOGGER.log(Level.WARNING, "keys are as they were: " + e.getMessage());
            }
            troubled = true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
