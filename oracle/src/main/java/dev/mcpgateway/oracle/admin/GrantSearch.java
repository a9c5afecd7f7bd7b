package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.TokenStore;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds live grants. */
public final class GrantSearch {
    private final TokenStore tokens;

    public GrantSearch(TokenStore tokens) {
        this.tokens = tokens;
    }

    /**
     * A page of grants. Where both ids are given, it may hold fewer than there are, and none although others follow.
     *
     * @param user an id; null for all
     * @param client an id; null for all
     */
    public Page<Grant> byId(@Nullable String user, @Nullable String client, @Nullable String after, int limit) {
        if (user == null) {
            return client == null ? tokens.list(after, limit) : tokens.listByClient(client, after, limit);
        }
        Page<Grant> page = tokens.listByUser(user, after, limit);
        List<Grant> wanted = page.items().stream()
                .filter(grant -> client == null || grant.clientId().equals(client))
                .toList();
        return new Page<>(wanted, page.next());
    }

    /**
     * The first grants whose user and client have these names, or ids.
     *
     * @param user the name, in any case of letters; null for all
     * @param client a part of the name, in any case of letters; null for all
     */
    public List<Grant> byName(@Nullable String user, @Nullable String client, Clients clients, int limit) {
        Map<String, String> names = new HashMap<>();
        return Listing.first(
                limit,
                after -> tokens.list(after, Page.MAX_LIMIT),
                grant -> (user == null
                                || grant.userId().equals(user)
                                || grant.userName().equalsIgnoreCase(user))
                        && (client == null
                                || grant.clientId().equals(client)
                                || contains(names.computeIfAbsent(grant.clientId(), clients::nameOf), client)));
    }

    /** In any case of letters. */
    public static boolean contains(String name, String part) {
        return name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }
}
