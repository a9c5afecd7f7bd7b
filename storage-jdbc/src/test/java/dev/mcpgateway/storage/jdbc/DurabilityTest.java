package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.TokenStore.Presented;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    private static final int KILLS = 6;

    @TempDir
    Path folder;

    /** Prints a name once everything of that name was acknowledged: a client, a key, and a grant refreshed once. */
    static final class Writer {
        public static void main(String[] arguments) {
            String round = arguments[1];
            try (Store store = StoreProvider.openAny(arguments[0], Clock.systemUTC())) {
                for (int i = 0; ; i++) {
                    String name = round + "-" + i;
                    write(store, name);
                    System.out.println(name);
                }
            }
        }

        private static void write(Store store, String name) {
            Instant now = Instant.now();
            Instant end = now.plus(Duration.ofDays(1));
            store.clients().create(new RegisteredClient(name, null, null, "{}", now, end));
            store.keys().createFirst(new SealedKey(name, "first", "sealed", now));
            store.codes()
                    .issue(new IssuedCode(name, name, "https://x", "challenge", name, "user", "User", "r", "s", end));
            store.codes().consume(name, new NewGrant(name, name, "user", "User", "r", "s", "secret", now, end, end));
            store.tokens()
                    .rotate(new Presented(name, 0, "secret", name, now, Duration.ofDays(1), Duration.ofMinutes(2), 32));
        }
    }

    @Test
    void losesNothingThatWasAcknowledgedBeforeAKill() throws Exception {
        String url = "jdbc:h2:" + folder.resolve("store");
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < KILLS; round++) {
            try (var writer = ChildProcess.start(Writer.class, url, "round" + round)) {
                for (int i = 0; i <= round * 7; i++) {
                    acknowledged.add(writer.line());
                }
                writer.kill();
                for (String late = writer.line(); late != null; late = writer.line()) {
                    acknowledged.add(late);
                }
            }
        }

        try (Store store = StoreProvider.openAny(url, Clock.systemUTC())) {
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS).doesNotContainNull();
            assertThat(acknowledged).allSatisfy(name -> {
                assertThat(store.clients().find(name)).isPresent();
                assertThat(store.keys().list(name)).hasSize(1);
                assertThat(store.codes().find(name)).isPresent();
                assertThat(store.tokens().findGrant(name).map(Grant::sequence)).contains(1L);
            });
        }
    }
}
