package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks every few seconds whether {@code gateway.yaml} says something else, by its content. Its services count from
 * then on, all at once; a file with problems changes nothing and each of them is named. Closing it ends that.
 */
public final class ServicesWatch implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(ServicesWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Path path;
    private final OracleSettings settings;
    private final Runnable onChange;
    private final CountDownLatch closed = new CountDownLatch(1);
    private String seen;

    private ServicesWatch(Path path, OracleSettings settings, Runnable onChange) {
        this.path = path;
        this.settings = settings;
        this.onChange = onChange;
        this.seen = text();
    }

    /**
     * Watches the file that these settings were read from.
     *
     * @param folder where the file is
     * @param onChange called after the services have changed
     */
    public static ServicesWatch start(Path folder, OracleSettings settings, Runnable onChange) {
        ServicesWatch watch = new ServicesWatch(folder.resolve(GatewayFile.NAME), settings, onChange);
        sayWhichAreOpen(settings.services().all());
        Thread.ofVirtual().name("services-watch").start(watch::run);
        return watch;
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        String text = text();
        if (text.equals(seen)) {
            return;
        }
        seen = text;
        Problems problems = new Problems();
        Settings changed = settings.source().with(GatewayFile.parse(text, path.toString(), problems), problems);
        List<ProtectedService> services = ServiceEntries.read(changed, PublicUrls.read(changed));
        if (!problems.all().isEmpty()) {
            LOGGER.log(Level.WARNING, path + " has changed, but the services stay as they were: " + problems.all());
            return;
        }
        settings.services().replace(services);
        onChange.run();
        sayWhichAreOpen(services);
        LOGGER.log(
                Level.INFO,
                "{0} has changed: {1} services; its settings and clients count when the oracle starts next",
                path,
                services.size());
    }

    /** It may be meant so, and it may be a slip that nobody would notice. */
    private static void sayWhichAreOpen(List<ProtectedService> services) {
        services.stream()
                .filter(service -> service.policy().admitsEverybody())
                .forEach(service -> LOGGER.log(
                        Level.WARNING,
                        "the service {0} admits everybody who can sign in: its rules have *",
                        service.name()));
    }

    /** A file that cannot be read, or that somebody is about to replace, is as it was. */
    private String text() {
        try {
            return Files.readString(path);
        } catch (IOException _) {
            return seen == null ? "" : seen;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
