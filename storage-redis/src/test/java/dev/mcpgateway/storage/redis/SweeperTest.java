package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.contract.SettableClock;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behind what has ended nothing stays but what has to be remembered. */
@Timeout(60)
class SweeperTest {
    private static final int MANY = 450;
    private static final Duration LIFETIME = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private RedisServer server;
    private RedisStore store;

    @BeforeEach
    void open() throws IOException {
        server = RedisServer.start(folder);
        store = RedisStore.open(RedisUrl.parse(server.url()), clock);
    }

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private void grant(String familyId, String userId) {
        Instant end = clock.instant().plus(LIFETIME);
        store.codes().issue(new IssuedCode(familyId, "client", "u", "c", familyId, userId, "User", "r", "s", end));
        store.codes()
                .consume(
                        familyId,
                        new NewGrant(familyId, "client", userId, "User", "r", "s", "h", clock.instant(), end, end));
    }

    private String size(String key) throws IOException {
        return server.command("ZCARD", key);
    }

    private void assertNoIndexNamesAnything() throws IOException {
        for (Bucket bucket : Bucket.ALL) {
            assertThat(size(Keys.grants(bucket))).isEqualTo(":0");
            assertThat(size(Keys.grantEnds(bucket))).isEqualTo(":0");
        }
        assertThat(size(Owner.USER.index("user"))).isEqualTo(":0");
        assertThat(size(Owner.CLIENT.index("client"))).isEqualTo(":0");
    }

    @Test
    void tidiesUpBehindGrantsThatHaveEnded() throws Exception {
        for (int i = 0; i < MANY; i++) {
            grant("family-" + i, "user");
        }
        clock.advance(LIFETIME);

        store.sweeper().sweep();

        assertNoIndexNamesAnything();
        assertThat(server.command("EXISTS", Keys.grant("family-0"))).isEqualTo(":0");
    }

    @Test
    void keepsGrantsThatLive() throws Exception {
        grant("ended", "user");
        clock.advance(LIFETIME);
        grant("live", "user");

        store.sweeper().sweep();

        assertThat(size(Owner.USER.index("user"))).isEqualTo(":1");
        assertThat(store.tokens().listByUser("user", null, 10).items()).hasSize(1);
        assertThat(store.tokens().list(null, 10).items()).hasSize(1);
    }

    @Test
    void tidiesUpBehindClientsThatHaveEnded() throws Exception {
        store.clients()
                .create(new RegisteredClient(
                        "client",
                        null,
                        null,
                        "{}",
                        clock.instant(),
                        clock.instant().plus(LIFETIME)));
        clock.advance(LIFETIME);

        store.sweeper().sweep();

        assertThat(size(Keys.clients(Bucket.of("client")))).isEqualTo(":0");
        assertThat(size(Keys.clientEnds(Bucket.of("client")))).isEqualTo(":0");
    }

    @Test
    void tidiesUpBehindARevokedUserByItself() throws Exception {
        for (int i = 0; i < MANY; i++) {
            grant("family-" + i, "user");
        }

        assertThat(store.tokens().revokeUser("user", clock.instant())).isEqualTo(MANY);

        while (!size(Owner.CLIENT.index("client")).equals(":0")
                || !size(Owner.USER.index("user")).equals(":0")) {
            // It happens in the background.
            Thread.onSpinWait();
        }
        assertNoIndexNamesAnything();
    }

    @Test
    void letsEveryRecordExpire() throws Exception {
        grant("family", "user");

        for (String key : new String[] {
            Keys.code("family"),
            Keys.redemption("family"),
            Keys.grant("family"),
            Owner.USER.index("user"),
            Owner.CLIENT.index("client")
        }) {
            assertThat(server.command("PTTL", key)).as(key).matches(":[0-9]+");
        }
    }
}
