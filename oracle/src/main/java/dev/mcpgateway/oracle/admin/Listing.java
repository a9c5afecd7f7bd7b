package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.storage.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks through what a store lists for what it has no index of. Not to the end: 10,000 entries at most. */
public final class Listing {
    private static final int MAX_PAGES = 10;

    private Listing() {}

    /** A listing in pages. */
    @FunctionalInterface
    public interface Pages<T> {
        /** The largest page that begins after this id; null for the first one. */
        Page<T> after(@Nullable String id);
    }

    /** The first entries that are wanted, in the order of the listing. */
    public static <T> List<T> first(int limit, Pages<T> pages, Predicate<T> wanted) {
        List<T> found = new ArrayList<>();
        String after = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            Page<T> page = pages.after(after);
            page.items().stream()
                    .filter(wanted)
                    .limit(limit - (long) found.size())
                    .forEach(found::add);
            after = page.next();
            if (after == null || found.size() >= limit) {
                break;
            }
        }
        return List.copyOf(found);
    }
}
