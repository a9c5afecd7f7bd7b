package dev.mcpgateway.storage.redis;

/** Whose grants an index names and a marker ends. */
enum Owner {
    USER("oauth:user_tokens:", Keys.REVOKED_USERS),
    CLIENT("oauth:client_tokens:", Keys.REVOKED_CLIENTS);

    private final String indexes;
    private final String markers;

    Owner(String indexes, String markers) {
        this.indexes = indexes;
        this.markers = markers;
    }

    /** The owner of a grant. */
    String of(Fields grant) {
        return switch (this) {
            case USER -> grant.text("user_id");
            case CLIENT -> grant.text("client_id");
        };
    }

    /** Ids of the owner's families, all with score 0. */
    String index(String ownerId) {
        return Bucket.of(ownerId).tag(indexes) + ":" + ownerId;
    }

    /** The moment up to which the owner's grants are dead, in milliseconds since 1970. */
    String marker(String ownerId) {
        return Bucket.of(ownerId).tag(markers) + ":" + ownerId;
    }
}
