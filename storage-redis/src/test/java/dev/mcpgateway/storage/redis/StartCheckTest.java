package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartCheckTest {
    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void reset() throws IOException {
        server.command("FLUSHALL");
        server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    private static Store open(String url) {
        return StoreProvider.openAny(url, Clock.systemUTC());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String url) {
        return assertThatThrownBy(() -> open(url)).isInstanceOf(StoreException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "volatile-ttl"})
    void refusesAServerThatEvicts(String policy) throws Exception {
        server.command("CONFIG", "SET", "maxmemory-policy", policy);

        assertRefused(server.url())
                .hasMessageContaining(policy)
                .hasMessageContaining("set maxmemory-policy noeviction");
    }

    @Test
    void tellsWhetherRedisKeepsWhatItConfirmed() throws Exception {
        try (Store store = open(server.url())) {
            assertThat(store.durability())
                    .containsEntry("appendonly", "yes")
                    .containsEntry("aof_last_write_status", "ok")
                    .containsEntry("maxmemory-policy", "noeviction");

            server.command("CONFIG", "SET", "appendonly", "no");
            assertThat(store.durability()).containsEntry("appendonly", "no");
        } finally {
            server.command("CONFIG", "SET", "appendonly", "yes");
        }
    }

    @Test
    void refusesAWrongPasswordWithoutRepeatingIt() {
        assertRefused("redis://:wrong-one@127.0.0.1:" + server.port())
                .hasMessageContaining("does not accept this user and password")
                .message()
                .doesNotContain("wrong-one");
    }

    @Test
    void refusesAMissingPassword() {
        assertRefused("redis://127.0.0.1:" + server.port())
                .hasMessageContaining("does not accept this user and password");
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        assertRefused("redis://127.0.0.1:" + RedisServer.freePort()).hasMessageContaining("cannot be reached");
    }

    @Test
    void namesTheCommandsThatAUserMayNotRun() throws Exception {
        server.command(
                "ACL",
                "SETUSER",
                "weak",
                "on",
                ">secret",
                "~oauth:*",
                "resetchannels",
                "&oauth:*",
                "+@all",
                "-xadd",
                "-hset");

        assertRefused("redis://weak:secret@127.0.0.1:" + server.port())
                .hasMessageContaining("HSET")
                .hasMessageContaining("XADD")
                .hasMessageContaining("+@read +@write");
    }

    @Test
    void isContentWithTheRightsThatItNames() throws Exception {
        server.command(("ACL SETUSER able reset on >secret " + StartCheck.ACL).split(" "));

        try (Store store = open("redis://able:secret@127.0.0.1:" + server.port())) {
            store.tokens().revokeFamily("family");
            store.tokens().revokeUser("user", Clock.systemUTC().instant());
            assertThat(store.tokens().list(null, 1).items()).isEmpty();
        }
    }

    @Test
    void refusesAStoreThatANewerProgramWrote() throws Exception {
        server.command("HSET", Keys.SCHEMA, "version", "9", "oldest_reader", "8");

        assertRefused(server.url()).hasMessageContaining("newer program").hasMessageContaining("version 8");
    }

    @Test
    void worksOnAStoreThatANewerProgramWroteForOlderOnes() throws Exception {
        server.command("HSET", Keys.SCHEMA, "version", "9", "oldest_reader", "1");

        try (Store store = open(server.url())) {
            store.check();
        }
        assertThat(server.command("HGET", Keys.SCHEMA, "version")).isEqualTo("$1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0.14", "6.0.16", "6.1.9", "unknown"})
    void refusesOldReleases(String release) {
        assertThat(StartCheck.release(Map.of("redis_version", release)))
                .singleElement()
                .asString()
                .contains(release, "6.2 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2.6", "7.0.15", "8.0.0"})
    void takesNewerReleases(String release) {
        assertThat(StartCheck.release(Map.of("redis_version", release))).isEmpty();
    }
}
