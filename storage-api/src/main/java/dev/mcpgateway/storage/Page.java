package dev.mcpgateway.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing in the order of its ids.
 *
 * @param next pass it as {@code after} to get the following page; null on the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {
    /** The largest page that is answered; larger limits are cut to it, those below 1 are refused. */
    public static final int MAX_LIMIT = 1000;

    public Page {
        items = List.copyOf(items);
    }
}
