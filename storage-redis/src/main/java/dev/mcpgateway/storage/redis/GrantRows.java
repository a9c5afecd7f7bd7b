package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Archive.Entry.Family;
import dev.mcpgateway.storage.Archive.Outcome;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Grants in hashes {@code oauth:token:}, the indexes that name them and the markers that end them. */
final class GrantRows {
    private final Redis redis;
    private final Clock clock;

    GrantRows(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    /** Writes a grant and the indexes that name it; nothing but indexes changes if it is there already or was ended. */
    Outcome create(Fields row) {
        String familyId = row.text("family_id");
        long end = end(row);
        addToIndexes(familyId, row.text("user_id"), row.text("client_id"), row.number("expires_at"));
        Bucket bucket = Bucket.of(familyId);
        return redis.run(Script.CREATE_GRANT.on(
                        List.of(
                                Keys.grant(familyId),
                                Keys.revokedFamily(familyId),
                                Keys.grants(bucket),
                                Keys.grantEnds(bucket)),
                        row.after(clock.millis(), Lifetime.withMargin(end, clock), familyId, end)))
                .outcome();
    }

    static Fields row(NewGrant grant) {
        return row(new Family(
                new Grant(
                        grant.familyId(),
                        grant.clientId(),
                        grant.userId(),
                        grant.userName(),
                        grant.resource(),
                        grant.scope(),
                        0,
                        grant.createdAt(),
                        grant.createdAt(),
                        grant.idleExpiresAt(),
                        grant.expiresAt()),
                grant.secretHash(),
                grant.createdAt(),
                0));
    }

    static Fields row(Family family) {
        Grant grant = family.grant();
        return Fields.create()
                .with("family_id", grant.familyId())
                .with("client_id", grant.clientId())
                .with("user_id", grant.userId())
                .with("user_name", grant.userName())
                .with("resource", grant.resource())
                .with("scope", grant.scope())
                .with("secret_hash", family.secretHash())
                .with("sequence", sequence(grant.sequence()))
                .with("created_at", grant.createdAt())
                .with("last_used_at", grant.lastUsedAt())
                .with("idle_expires_at", grant.idleExpiresAt())
                .with("expires_at", grant.expiresAt())
                .with("rotated_at", family.rotatedAt())
                .with("repeats", family.repeats());
    }

    static Family family(Fields row) {
        return new Family(grant(row), row.text("secret_hash"), row.instant("rotated_at"), row.number("repeats"));
    }

    static Grant grant(Fields row) {
        return new Grant(
                row.text("family_id"),
                row.text("client_id"),
                row.text("user_id"),
                row.text("user_name"),
                row.text("resource"),
                row.text("scope"),
                row.number("sequence"),
                row.instant("created_at"),
                row.instant("last_used_at"),
                row.instant("idle_expires_at"),
                row.instant("expires_at"));
    }

    /** As long as the longest, so that the order of the texts is the order of the numbers. */
    static String sequence(long number) {
        return "%019d".formatted(number);
    }

    /** When the grant ends if it is not used before. */
    static long end(Fields row) {
        return Math.min(row.number("idle_expires_at"), row.number("expires_at"));
    }

    /** The live ones of these families, in the same order. */
    List<Fields> live(List<String> familyIds) {
        List<Fields> unexpired = redis.read(familyIds, Keys::grant).stream()
                .filter(row -> !row.isEmpty() && end(row) > clock.millis())
                .toList();
        if (unexpired.isEmpty()) {
            return List.of();
        }
        return unmarked(unexpired);
    }

    /** Whether a marker of its user or client has ended it. */
    boolean isRevoked(Fields row) {
        return unmarked(List.of(row)).isEmpty();
    }

    private List<Fields> unmarked(List<Fields> rows) {
        Set<String> markers = new LinkedHashSet<>();
        rows.forEach(row -> markers.addAll(markers(row)));
        Map<String, Long> moments = redis.numbers(List.copyOf(markers));
        return rows.stream()
                .filter(row -> markers(row).stream()
                        .noneMatch(marker -> moments.getOrDefault(marker, Long.MIN_VALUE) >= row.number("created_at")))
                .toList();
    }

    private static List<String> markers(Fields row) {
        return List.of(Owner.USER.marker(Owner.USER.of(row)), Owner.CLIENT.marker(Owner.CLIENT.of(row)));
    }

    /** Before the grant is written, so that no grant is without its index. */
    void addToIndexes(String familyId, String userId, String clientId, long expiresAt) {
        long lifetime = Lifetime.withMargin(expiresAt, clock);
        redis.runAll(List.of(
                Script.ADD_TO_INDEX.on(Owner.USER.index(userId), lifetime, familyId),
                Script.ADD_TO_INDEX.on(Owner.CLIENT.index(clientId), lifetime, familyId)));
    }

    /** Forgets grants that have ended, and then what names them. */
    void drop(List<Fields> rows) {
        Map<Bucket, List<String>> families =
                rows.stream().map(row -> row.text("family_id")).collect(Collectors.groupingBy(Bucket::of));
        List<Script.Call> calls = new ArrayList<>();
        families.forEach((bucket, ids) -> calls.add(dropping(bucket, ids)));
        for (Owner owner : Owner.values()) {
            byOwner(rows, owner)
                    .forEach((id, ids) -> calls.add(Script.REMOVE_FROM_INDEX.on(owner.index(id), ids.toArray())));
        }
        redis.runAll(calls);
    }

    static Script.Call dropping(Bucket bucket, List<String> familyIds) {
        List<String> keys = new ArrayList<>(List.of(Keys.grants(bucket), Keys.grantEnds(bucket)));
        familyIds.forEach(id -> keys.add(Keys.grant(id)));
        return Script.DROP_GRANTS.on(keys, familyIds.toArray());
    }

    private static Map<String, List<String>> byOwner(List<Fields> rows, Owner owner) {
        return rows.stream()
                .collect(Collectors.groupingBy(
                        owner::of, Collectors.mapping(row -> row.text("family_id"), Collectors.toList())));
    }
}
