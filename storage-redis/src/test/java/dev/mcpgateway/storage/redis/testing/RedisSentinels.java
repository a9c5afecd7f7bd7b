package dev.mcpgateway.storage.redis.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A master with one replica, watched by three Sentinels, on loopback. */
public final class RedisSentinels implements AutoCloseable {
    private static final String MASTER = "mymaster";
    private static final int SENTINELS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisServer master;
    private final RedisServer replica;
    private final List<RedisServer> sentinels;

    private RedisSentinels(RedisServer master, RedisServer replica, List<RedisServer> sentinels) {
        this.master = master;
        this.replica = replica;
        this.sentinels = sentinels;
    }

    /** Starts all of them and waits until the Sentinels know the replica and each other. */
    public static RedisSentinels start(Path folder) throws IOException {
        RedisServer master = RedisServer.start(folder.resolve("master"));
        RedisServer replica = RedisServer.start(folder.resolve("replica"), "replicaof 127.0.0.1 " + master.port());
        List<RedisServer> sentinels = new ArrayList<>();
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(RedisServer.startSentinel(
                    folder.resolve("sentinel-" + i),
                    "sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel auth-pass " + MASTER + " " + RedisServer.PASSWORD,
                    "sentinel down-after-milliseconds " + MASTER + " 1000",
                    "sentinel failover-timeout " + MASTER + " 5000"));
        }
        var all = new RedisSentinels(master, replica, sentinels);
        for (RedisServer sentinel : sentinels) {
            await(sentinel, "SENTINEL REPLICAS " + MASTER, line -> !line.equals("*0"));
            await(sentinel, "SENTINEL SENTINELS " + MASTER, line -> line.equals("*" + (SENTINELS - 1)));
        }
        await(master, "WAIT 1 100", line -> line.equals(":1"));
        return all;
    }

    private static void await(RedisServer server, String command, Predicate<String> expected) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String answer;
        do {
            answer = server.command(command.split(" "));
            if (System.nanoTime() > end) {
                throw new IOException(command + " keeps answering " + answer);
            }
        } while (!expected.test(answer));
    }

    public void killMaster() {
        master.kill();
    }

    public String url() {
        return "redis+sentinel://:" + RedisServer.PASSWORD + "@"
                + sentinels.stream().map(one -> "127.0.0.1:" + one.port()).collect(Collectors.joining(","))
                + "/" + MASTER;
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        replica.close();
        master.close();
    }
}
