package dev.mcpgateway.storage.spi;

import dev.mcpgateway.storage.Page;
import java.util.List;
import java.util.function.Function;

/** How many items a page holds. */
public record PageLimit(int items) {
    /** Cuts what was asked for to {@link Page#MAX_LIMIT}. */
    public static PageLimit of(int asked) {
        if (asked < 1) {
            throw new IllegalArgumentException("a page holds at least one item, not " + asked);
        }
        return new PageLimit(Math.min(asked, Page.MAX_LIMIT));
    }

    /** One row more than is shown, which tells whether another page follows. */
    public int rows() {
        return items + 1;
    }

    public <T> Page<T> page(List<T> rows, Function<T, String> id) {
        if (rows.size() <= items) {
            return new Page<>(rows, null);
        }
        List<T> shown = rows.subList(0, items);
        return new Page<>(shown, id.apply(shown.getLast()));
    }
}
