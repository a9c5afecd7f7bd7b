package dev.mcpgateway.storage.redis.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Cluster of three masters on loopback, without replicas. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = nodes;
    }

    /** Starts it and waits until every node knows of every slot. */
    public static RedisCluster start(Path folder) throws IOException {
        List<RedisServer> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(
                    RedisServer.start(folder.resolve("node-" + i), "cluster-enabled yes", "cluster-node-timeout 2000"));
        }
        var cluster = new RedisCluster(nodes);
        cluster.join();
        return cluster;
    }

    private void join() throws IOException {
        for (int i = 0; i < NODES; i++) {
            RedisServer node = nodes.get(i);
            List<String> slots = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = i; slot < SLOTS; slot += NODES) {
                slots.add(Integer.toString(slot));
            }
            node.command(slots.toArray(String[]::new));
            node.command(
                    "CLUSTER",
                    "MEET",
                    "127.0.0.1",
                    Integer.toString(nodes.getFirst().port()));
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (RedisServer node : nodes) {
            while (!node.command("SET", "probe", "1").matches("\\+OK|-MOVED.*")
                    || node.command("CLUSTER", "COUNTKEYSINSLOT", "0").startsWith("-")) {
                if (System.nanoTime() > end) {
                    throw new IOException("the Cluster does not come together");
                }
                Thread.onSpinWait();
            }
        }
        clear();
    }

    /** Forgets everything. */
    public void clear() throws IOException {
        for (RedisServer node : nodes) {
            node.command("FLUSHALL");
        }
    }

    /** As {@link RedisServer#age}. */
    public void age(Duration time) throws IOException {
        for (RedisServer node : nodes) {
            node.age(time);
        }
    }

    public String url() {
        return "redis+cluster://:" + RedisServer.PASSWORD + "@"
                + nodes.stream().map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","))
                + "?replicas=0";
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
