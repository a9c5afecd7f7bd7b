package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.upstream.HeaderList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fields that are removed, and fields that take the place of all of their name.
 *
 * @param remove names; some servers take other spellings for the same, so these are removed too
 */
public record HeaderChange(HeaderList set, List<String> remove) {
    /** Changes nothing. */
    public static final HeaderChange NONE = new HeaderChange(HeaderList.EMPTY, List.of());

    public HeaderChange {
        remove = remove.stream().map(HeaderPolicy::normalise).toList();
    }

    /** All that may change. */
    public List<String> names() {
        return Stream.concat(set.stream().map(HeaderList.Header::name), remove.stream())
                .toList();
    }

    HeaderList apply(HeaderList headers) {
        if (set.headers().isEmpty() && remove.isEmpty()) {
            return headers;
        }
        List<String> replaced = set.stream()
                .map(header -> HeaderPolicy.normalise(header.name()))
                .toList();
        HeaderList kept = headers.only(name -> {
            String normal = HeaderPolicy.normalise(name);
            return !remove.contains(normal) && !replaced.contains(normal);
        });
        return HeaderList.builder().addAll(kept).addAll(set).build();
    }
}
