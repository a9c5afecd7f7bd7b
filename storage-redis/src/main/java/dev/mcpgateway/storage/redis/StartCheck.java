package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.redisson.api.redisnode.RedisNode.InfoSection;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.RedisException;

/** What is asked of Redis before anything is kept in it. */
final class StartCheck {
    static final String ACL =
            "+@read +@write +@connection +@pubsub +@scripting +info +wait +cluster ~oauth:* resetchannels &oauth:*";

    /** What this program writes, and the oldest program that can read it. */
    private static final int VERSION = 1;

    private static final int OLDEST_READER = 1;

    private static final Pattern RELEASE = Pattern.compile("([0-9]+)\\.([0-9]+).*");
    private static final int[] OLDEST_RELEASE = {6, 2};

    private final Redis redis;
    private final RedisUrl url;

    private StartCheck(Redis redis, RedisUrl url) {
        this.redis = redis;
        this.url = url;
    }

    /** @throws StoreException that names everything that is wrong */
    static void run(Redis redis, RedisUrl url) {
        var check = new StartCheck(redis, url);
        List<String> problems = Stream.concat(check.servers(), check.rights()).toList();
        if (!problems.isEmpty()) {
            throw new StoreException(redis.name() + " is not used: " + String.join("; ", problems));
        }
        check.version();
    }

    private Stream<String> servers() {
        try {
            return infos(redis, url).stream()
                    .flatMap(info -> Stream.concat(eviction(info), release(info)))
                    .distinct();
        } catch (RedisException e) {
            return Stream.of(
                    String.valueOf(e.getMessage()).contains("NOPERM")
                            ? "this user may not run INFO; it needs: " + ACL
                            : "it does not answer INFO");
        }
    }

    /** Of every master. */
    static List<Map<String, String>> infos(Redis redis, RedisUrl url) {
        var client = redis.client();
        List<Map<String, String>> infos = new ArrayList<>();
        switch (url.topology()) {
            case SINGLE ->
                infos.add(client.getRedisNodes(RedisNodes.SINGLE).getInstance().info(InfoSection.ALL));
            case SENTINEL ->
                infos.add(client.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE)
                        .getMaster()
                        .info(InfoSection.ALL));
            case CLUSTER ->
                client.getRedisNodes(RedisNodes.CLUSTER)
                        .getMasters()
                        .forEach(master -> infos.add(master.info(InfoSection.ALL)));
        }
        return infos;
    }

    private static Stream<String> eviction(Map<String, String> info) {
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        return policy.equals("noeviction")
                ? Stream.empty()
                : Stream.of("its maxmemory-policy is " + policy + ", which throws grants away when memory is short;"
                        + " set maxmemory-policy noeviction");
    }

    static Stream<String> release(Map<String, String> info) {
        String release = info.getOrDefault("redis_version", "");
        Matcher parts = RELEASE.matcher(release);
        if (parts.matches()) {
            int major = Integer.parseInt(parts.group(1));
            int minor = Integer.parseInt(parts.group(2));
            if (major > OLDEST_RELEASE[0] || (major == OLDEST_RELEASE[0] && minor >= OLDEST_RELEASE[1])) {
                return Stream.empty();
            }
        }
        return Stream.of("it is Redis " + release + ", and 6.2 or newer is needed");
    }

    /** Tries every command that the scripts use, on keys that go again at once. */
    private Stream<String> rights() {
        Bucket bucket = Bucket.ALL.getFirst();
        Reply missing = redis.run(Script.PROBE.on(
                List.of(
                        bucket.tag("oauth:probe:hash:"),
                        bucket.tag("oauth:probe:set:"),
                        bucket.tag("oauth:probe:text:"),
                        bucket.tag("oauth:probe:stream:")),
                Keys.REVOCATIONS));
        return missing.isEmpty()
                ? Stream.empty()
                : Stream.of("this user may not run " + String.join(", ", missing.texts()) + "; it needs: " + ACL);
    }

    private void version() {
        Reply written = redis.run(Script.VERSION.on(Keys.SCHEMA, VERSION, OLDEST_READER));
        int oldestReader = Integer.parseInt(written.text(1));
        if (oldestReader > VERSION) {
            throw new StoreException(redis.name() + " was written by a newer program: its records of version "
                    + written.text(0) + " need a program that knows version " + oldestReader
                    + " or newer, and this one knows " + VERSION
                    + ". Start the newer program, or use another Redis.");
        }
    }
}
