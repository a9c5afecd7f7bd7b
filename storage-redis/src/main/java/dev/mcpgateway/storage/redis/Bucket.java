package dev.mcpgateway.storage.redis;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the parts into which records are divided by their ids. Its tag decides the slot in a Cluster, so that records
 * and indexes of one bucket can be changed by one script.
 */
record Bucket(int number) {
    private static final int COUNT = 32;

    static final List<Bucket> ALL =
            IntStream.range(0, COUNT).mapToObj(Bucket::new).toList();

    static Bucket of(String id) {
        int hash = id.hashCode();
        return ALL.get((hash ^ (hash >>> 16)) & (COUNT - 1));
    }

    /** For the front of a key: {@code PREFIX{NUMBER}}. */
    String tag(String prefix) {
        return prefix + "{" + name() + "}";
    }

    String name() {
        return "%02d".formatted(number);
    }
}
