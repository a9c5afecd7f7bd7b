package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.spi.PageLimit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads listings in the order of their ids out of sorted sets, one or one for each bucket. */
final class Index {
    private static final int CHUNK = 100;

    private final Redis redis;

    Index(Redis redis) {
        this.redis = redis;
    }

    /** The ids of one sorted set, fetched as they are needed. */
    private final class Cursor {
        private final String key;
        private final int chunk;
        private final Deque<String> fetched = new ArrayDeque<>();
        private String from;
        private boolean exhausted;

        Cursor(String key, @Nullable String after, int chunk) {
            this.key = key;
            this.chunk = chunk;
            this.from = after == null ? "-" : "(" + after;
        }

        Script.Call next() {
            return Script.PAGE.on(key, from, chunk);
        }

        void add(Reply ids) {
            fetched.addAll(ids.texts());
            exhausted = ids.texts().size() < chunk;
            if (!fetched.isEmpty()) {
                from = "(" + fetched.getLast();
            }
        }

        boolean hasNext() {
            if (fetched.isEmpty() && !exhausted) {
                add(redis.run(next()));
            }
            return !fetched.isEmpty();
        }

        String first() {
            return fetched.element();
        }
    }

    /**
     * One page of live records.
     *
     * @param read reads those of the ids that are live, in the same order
     */
    <T> Page<T> page(
            List<String> keys,
            @Nullable String after,
            int limit,
            Function<List<String>, List<T>> read,
            Function<T, String> id) {
        PageLimit bound = PageLimit.of(limit);
        int chunk = Math.min(bound.rows(), Math.max(CHUNK, 2 * bound.rows() / keys.size()));
        List<Cursor> cursors =
                keys.stream().map(key -> new Cursor(key, after, chunk)).toList();
        List<Reply> first = redis.runAll(cursors.stream().map(Cursor::next).toList());
        PriorityQueue<Cursor> byFirst = new PriorityQueue<>(Comparator.comparing(Cursor::first));
        for (int i = 0; i < cursors.size(); i++) {
            Cursor cursor = cursors.get(i);
            cursor.add(first.get(i));
            if (cursor.hasNext()) {
                byFirst.add(cursor);
            }
        }
        List<T> live = new ArrayList<>();
        while (live.size() < bound.rows() && !byFirst.isEmpty()) {
            live.addAll(read.apply(take(byFirst, bound.rows() - live.size())));
        }
        return bound.page(live, id);
    }

    private static List<String> take(PriorityQueue<Cursor> byFirst, int count) {
        List<String> ids = new ArrayList<>();
        while (ids.size() < count && !byFirst.isEmpty()) {
            Cursor cursor = byFirst.remove();
            ids.add(cursor.fetched.remove());
            if (cursor.hasNext()) {
                byFirst.add(cursor);
            }
        }
        return ids;
    }
}
