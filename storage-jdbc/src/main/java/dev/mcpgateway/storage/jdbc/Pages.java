package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Page;
import java.util.List;
import java.util.function.Function;

/** Pages of listings: one row more than asked for tells whether there is another page. */
final class Pages {
    private Pages() {}

    /** How many rows to ask for. */
    static int rows(int limit) {
        return bounded(limit) + 1;
    }

    static <T> Page<T> page(List<T> rows, int limit, Function<T, String> id) {
        int bounded = bounded(limit);
        if (rows.size() <= bounded) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, bounded);
        return new Page<>(items, id.apply(items.getLast()));
    }

    private static int bounded(int limit) {
        return Math.clamp(limit, 1, Page.MAX_LIMIT);
    }
}
