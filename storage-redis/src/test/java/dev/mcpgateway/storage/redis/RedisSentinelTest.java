package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.redis.testing.RedisSentinels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that dies is replaced by its replica, which has everything that was acknowledged. */
@Timeout(120)
class RedisSentinelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final RevocationListener listener = new RevocationListener() {
        @Override
        public void revoked(Revocation revocation) {
            heard.add("revoked");
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

    @Test
    void losesNothingWhenTheMasterDies() throws Exception {
        try (RedisSentinels sentinels = RedisSentinels.start(folder);
                Store store = StoreProvider.openAny(sentinels.url(), Clock.systemUTC())) {
            store.watchRevocations(listener);
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                acknowledged.add(grant(store, "family-" + i));
            }

            sentinels.killMaster();
            long began = System.nanoTime();
            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("lost");
            while (!writes(store)) {
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
            }
            System.out.printf("Sentinel: writing again after %s%n", Duration.ofNanos(System.nanoTime() - began));

            assertThat(acknowledged)
                    .allSatisfy(family ->
                            assertThat(store.tokens().findGrant(family)).isPresent());
            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("restored");
            store.tokens().revokeFamily("family-0");
            assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("revoked");
        }
    }

    private static boolean writes(Store store) {
        try {
            grant(store, "probe");
            return true;
        } catch (StoreException _) {
            return false;
        }
    }

    private static String grant(Store store, String familyId) {
        Instant now = Instant.now();
        Instant end = now.plus(Duration.ofDays(1));
        store.codes().issue(new IssuedCode(familyId, "client", "u", "c", familyId, "user", "User", "r", "s", end));
        store.codes().consume(familyId, new NewGrant(familyId, "client", "user", "User", "r", "s", "h", now, end, end));
        return familyId;
    }
}
