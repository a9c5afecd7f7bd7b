package dev.mcpgateway.storage.redis;

import java.util.List;

/** Where everything is; docs/reference/store.md has the same list in words. Ids come last, whatever is in them. */
final class Keys {
    static final String AUDIT = "oauth:audit";
    static final String SCHEMA = "oauth:schema";

    /** The channel on which revocations are told. */
    static final String REVOCATIONS = "oauth:revocations";

    static final String ACCOUNTS = "oauth:account:";
    static final String PINS = "oauth:pin:";
    static final String CONSENTS = "oauth:consent:";
    static final String KEYS_OF_PURPOSE = "oauth:key:";
    static final String REVOKED_FAMILIES = "oauth:revoked_family:";
    static final String REVOKED_USERS = "oauth:revoked_user:";
    static final String REVOKED_CLIENTS = "oauth:revoked_client:";
    static final String FORGOTTEN_CONSENTS = "oauth:forgotten_consents:";

    /** The beginnings of all keys but those of revocations, their counters, the audit events and the version. */
    static final List<String> FORGETTABLE = List.of(
            "oauth:client:",
            "oauth:clients:",
            "oauth:client_ends:",
            "oauth:state:",
            "oauth:session:",
            "oauth:code:",
            "oauth:device:",
            "oauth:redeemed:",
            "oauth:token:",
            "oauth:tokens:",
            "oauth:token_ends:",
            "oauth:user_tokens:",
            "oauth:client_tokens:",
            ACCOUNTS,
            "oauth:account_due:",
            PINS,
            CONSENTS,
            KEYS_OF_PURPOSE);

    private Keys() {}

    private static String of(String prefix, String id) {
        return Bucket.of(id).tag(prefix) + ":" + id;
    }

    /** The id in a key that {@link #of} made. */
    static String id(String key) {
        return key.substring(key.indexOf("}:") + 2);
    }

    static String client(String id) {
        return of("oauth:client:", id);
    }

    /** Ids of clients, all with score 0. */
    static String clients(Bucket bucket) {
        return bucket.tag("oauth:clients:");
    }

    /** Ids of clients by the end of their lives. */
    static String clientEnds(Bucket bucket) {
        return bucket.tag("oauth:client_ends:");
    }

    static String login(String stateHash) {
        return of("oauth:state:", stateHash);
    }

    static String session(String hash) {
        return of("oauth:session:", hash);
    }

    static String code(String hash) {
        return of("oauth:code:", hash);
    }

    static String device(String userCodeHash) {
        return of("oauth:device:", userCodeHash);
    }

    /** Says that the code of this family was redeemed. */
    static String redemption(String familyId) {
        return of("oauth:redeemed:", familyId);
    }

    static String grant(String familyId) {
        return of("oauth:token:", familyId);
    }

    /** Family ids, all with score 0. */
    static String grants(Bucket bucket) {
        return bucket.tag("oauth:tokens:");
    }

    /** Family ids by the end of their lives. */
    static String grantEnds(Bucket bucket) {
        return bucket.tag("oauth:token_ends:");
    }

    static String revokedFamily(String familyId) {
        return of(REVOKED_FAMILIES, familyId);
    }

    /** Rises with every revocation in the bucket. */
    static String revocations(Bucket bucket) {
        return bucket.tag("oauth:revocations:");
    }

    static String consents(String userId) {
        return of(CONSENTS, userId);
    }

    /** The moment up to which the user's consents are forgotten, in milliseconds since 1970. */
    static String forgottenConsents(String userId) {
        return of(FORGOTTEN_CONSENTS, userId);
    }

    static String account(String userId) {
        return of(ACCOUNTS, userId);
    }

    /** User ids by when their providers are to be asked again. */
    static String accountsDue(Bucket bucket) {
        return bucket.tag("oauth:account_due:");
    }

    /** The id of the user who has this name of a provider. */
    static String pin(String name) {
        return of(PINS, name);
    }

    static String keys(String purpose) {
        return of(KEYS_OF_PURPOSE, purpose);
    }
}
