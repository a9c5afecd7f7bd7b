package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.contract.SettableClock;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two stores on one PostgreSQL database, as two processes have them. */
@Timeout(60)
class PostgresRevocationsTest {
    private final SettableClock clock = new SettableClock();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private String url;
    private JdbcStore here;
    private JdbcStore there;

    private final RevocationListener notes = new RevocationListener() {
        @Override
        public void revoked(Revocation revocation) {
            heard.add(revocation);
        }

        @Override
        public void lost() {
            heard.add("lost");
        }

        @Override
        public void restored() {
            heard.add("restored");
        }
    };

    @BeforeEach
    void open() throws Exception {
        url = PostgresServer.shared().newSchema();
        here = JdbcStore.open(PostgresUrl.parse(url), clock);
        there = JdbcStore.open(PostgresUrl.parse(url), clock);
        here.watchRevocations(notes);
    }

    @AfterEach
    void close() {
        there.close();
        here.close();
    }

    private Object next() throws InterruptedException {
        Object next = heard.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void deliversWithinAMoment() throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            long began = System.nanoTime();
            there.tokens().revokeFamily("family" + i);
            assertThat(next()).isEqualTo(new Revocation.Family("family" + i));
            times.add(Duration.ofNanos(System.nanoTime() - began));
        }

        times.sort(null);
        assertThat(times.get(50)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void deliversWhatCannotBeSentAsItIs() throws Exception {
        there.tokens().revokeFamily("nul\0 and half \uD83D");

        assertThat(next()).isEqualTo(new Revocation.Family("nul\0 and half \uD83D"));
    }

    @Test
    void saysThatSomethingWasMissedWhenItIsTooLongToBeSent() throws Exception {
        there.tokens().revokeFamily("x".repeat(10_000));

        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("restored");
    }

    @Test
    void noticesWhatWasNotDelivered() throws Exception {
        String schema = url.substring(url.lastIndexOf('=') + 1);
        there.tokens().revokeFamily("family");
        assertThat(next()).isEqualTo(new Revocation.Family("family"));

        PostgresServer.shared().execute("UPDATE " + schema + ".revocation_counter SET number = number + 1");

        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("restored");
    }

    @Test
    void noticesAStoreThatWentBack() throws Exception {
        String elsewhere = PostgresServer.shared().newSchema();
        String counter = elsewhere.substring(elsewhere.lastIndexOf('=') + 1) + ".revocation_counter";
        try (var restored = JdbcStore.open(PostgresUrl.parse(elsewhere), clock)) {
            PostgresServer.shared().execute("INSERT INTO " + counter + " VALUES (1, 41)");
            restored.watchRevocations(notes);

            PostgresServer.shared().execute("UPDATE " + counter + " SET number = 40");

            assertThat(next()).isEqualTo("lost");
            assertThat(next()).isEqualTo("restored");
        }
    }

    @Test
    void hearsNothingOfAnotherStoreInTheSameDatabase() throws Exception {
        try (var other =
                JdbcStore.open(PostgresUrl.parse(PostgresServer.shared().newSchema()), clock)) {
            other.tokens().revokeFamily("other");
        }
        there.tokens().revokeFamily("family");

        assertThat(next()).isEqualTo(new Revocation.Family("family"));
    }
}
