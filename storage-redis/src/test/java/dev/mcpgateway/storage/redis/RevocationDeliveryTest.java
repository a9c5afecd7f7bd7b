package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How one store hears of what another one revokes, and that it may have missed something. */
@Timeout(60)
class RevocationDeliveryTest {
    @TempDir
    Path folder;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final RevocationListener listener = new RevocationListener() {
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

    private RedisServer server;
    private Store here;
    private Store elsewhere;

    @BeforeEach
    void open() throws IOException {
        server = RedisServer.start(folder);
        here = StoreProvider.openAny(server.url(), Clock.systemUTC());
        elsewhere = StoreProvider.openAny(server.url(), Clock.systemUTC());
        here.watchRevocations(listener);
    }

    @AfterEach
    void close() {
        here.close();
        elsewhere.close();
        server.close();
    }

    private Object next() throws InterruptedException {
        Object next = heard.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void hearsWithinATenthOfASecondAsARule() throws Exception {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long began = System.nanoTime();
            elsewhere.tokens().revokeFamily("family-" + i);
            assertThat(next()).isEqualTo(new Revocation.Family("family-" + i));
            delays.add(Duration.ofNanos(System.nanoTime() - began));
        }

        Collections.sort(delays);
        System.out.printf("revocation heard: median %s, longest %s%n", delays.get(25), delays.getLast());
        assertThat(delays.get(25)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void saysWhenRevocationsAreLostAndWhenTheyArriveAgain() throws Exception {
        server.kill();
        assertThat(next()).isEqualTo("lost");

        server.start();
        assertThat(next()).isEqualTo("restored");

        elsewhere.check();
        elsewhere.tokens().revokeFamily("family");
        assertThat(next()).isEqualTo(new Revocation.Family("family"));
    }

    @Test
    void saysThatSomethingIsMissingWhenItsSubscriptionWasCut() throws Exception {
        server.command("CLIENT", "KILL", "TYPE", "pubsub");
        elsewhere.tokens().revokeFamily("family");

        // Either the message came by the new subscription, or its absence is noticed.
        assertThat(next()).isIn(new Revocation.Family("family"), "lost");
        assertThat(heardAfter("another")).contains(new Revocation.Family("another"));
    }

    private List<Object> heardAfter(String familyId) throws InterruptedException {
        List<Object> all = new ArrayList<>();
        while (!all.contains(new Revocation.Family(familyId))) {
            elsewhere.tokens().revokeFamily(familyId);
            Object next = heard.poll(1, TimeUnit.SECONDS);
            if (next != null) {
                all.add(next);
            }
        }
        return all;
    }

    @Test
    void noticesARevocationThatWasCountedAndNotTold() throws Exception {
        server.command("INCR", Keys.revocations(Bucket.of("family")));

        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("restored");
    }

    @Test
    void noticesThatTheServerHasForgotten() throws Exception {
        elsewhere.tokens().revokeFamily("family");
        assertThat(next()).isEqualTo(new Revocation.Family("family"));
        // The counter has to be seen once before it can be missed.
        server.command("INCR", Keys.revocations(Bucket.of("family")));
        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("restored");

        server.command("FLUSHALL");

        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isEqualTo("restored");
    }
}
