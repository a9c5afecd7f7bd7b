package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.contract.InterruptionContract;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The H2 database is closed under a verb, as by a power failure, a little later each time. */
@Timeout(60)
class H2InterruptionTest extends InterruptionContract {
    private static final int POINTS = 6;
    private static final long NANOS_BETWEEN_POINTS = 200_000;

    @TempDir
    static Path folder;

    private @Nullable Thread closing;

    private static H2Url url() {
        return H2Url.parse("jdbc:h2:" + folder.resolve("store"));
    }

    @Override
    protected Store open(Clock clock) {
        return JdbcStore.open(url(), clock);
    }

    @Override
    protected Store openWitness(Clock clock) {
        return open(clock);
    }

    @Override
    protected void breakOffAt(int point) throws SQLException {
        if (point == POINTS) {
            return;
        }
        Connection outsider = DriverManager.getConnection(url().jdbc(), url().user(), "");
        closing = Thread.ofPlatform().start(() -> close(outsider, point));
    }

    private static void close(Connection database, int point) {
        LockSupport.parkNanos(point * NANOS_BETWEEN_POINTS);
        try (database;
                var statement = database.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException _) {
            // Its own connection is gone, too.
        }
    }

    @Override
    protected boolean wasBrokenOff() throws InterruptedException {
        if (closing == null) {
            return false;
        }
        closing.join();
        closing = null;
        return true;
    }
}
